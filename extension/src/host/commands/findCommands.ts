// terahex.find, replace, findNext, findPrevious, listHits, listStrings: carried out by the active editor's find bar, which has the focus and
// knows the cursor. From anywhere in VS Code the editor gets the focus first.
import type { FindCommand } from "../../../../shared/findProtocol";
import { activeSession, type CommandServices } from "./services";

export const FIND_COMMANDS = {
  "terahex.find": "find",
  "terahex.replace": "replace",
  "terahex.findNext": "next",
  "terahex.findPrevious": "previous",
  "terahex.listHits": "list",
  "terahex.listStrings": "strings",
} satisfies Record<string, FindCommand>;

export function runInFindBar(services: CommandServices, command: FindCommand): void {
  const session = activeSession(services);
  if (!session) return;
  if (command !== "next" && command !== "previous") session.panel.reveal();
  session.send({ type: "find", news: { kind: "command", command } });
}
