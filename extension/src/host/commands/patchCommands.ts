// terahex.exportPatch, applyPatch, importAddressed, exportAddressed: carried out by host/patches, which is loaded with the first of
// them.
import type { EditorSession } from "../editorSession";
import type { Dialogs } from "../notify";
import { activeSession, type CommandServices } from "./services";

type OnSession = (session: EditorSession, dialogs: Dialogs) => Promise<void>;

async function onSession(services: CommandServices, load: () => Promise<OnSession>): Promise<void> {
  const session = activeSession(services);
  if (session) await (await load())(session, services.dialogs());
}

export const PATCH_COMMANDS: Readonly<Record<string, (services: CommandServices) => Promise<void>>> = {
  "terahex.exportPatch": (services) =>
    onSession(services, async () => (await import("../patches/exportPatch")).exportPatch),
  "terahex.applyPatch": (services) =>
    onSession(services, async () => (await import("../patches/importPatch")).importPatch),
  "terahex.exportAddressed": (services) =>
    onSession(services, async () => (await import("../patches/addressedFiles")).exportAddressed),
  "terahex.importAddressed": async ({ dialogs }) =>
    (await import("../patches/addressedFiles")).importAddressed(dialogs()),
};
