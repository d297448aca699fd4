// terahex.showKept: what was set aside, carried out by host/kept, which is loaded with it.
import type { CommandServices } from "./services";

export async function showKept({ provider, dialogs, storageFolder }: CommandServices): Promise<void> {
  await (await import("../kept/showKept")).showKept({ provider, dialogs: dialogs(), storageFolder });
}
