// terahex.toggleInspector: shows or hides the data inspector of every Terahex editor, and remembers it.
import type { CommandServices } from "./services";

export async function toggleInspector({ settings }: CommandServices): Promise<void> {
  await settings.remember({ inspector: !settings.view.inspector });
}
