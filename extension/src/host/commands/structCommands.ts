// Commands of the struct tree: carried out by the page in which the tree stands, which alone knows its cursor. From a context
// menu that is the page where the menu was opened, else the active editor's, else the view "Structure".
import type { StructCommand } from "../../../../shared/structProtocol";
import { STRUCT_VIEW } from "../struct/structView";
import { activeSession, type CommandServices } from "./services";

export const STRUCT_COMMANDS = {
  "terahex.structFind": "find",
  "terahex.structGoTo": "goTo",
  "terahex.structEdit": "edit",
  "terahex.structCopyPath": "copyPath",
  "terahex.structCopyValue": "copyValue",
  "terahex.structCopyJson": "copyJson",
  "terahex.structExport": "export",
  "terahex.structCollapseAll": "collapseAll",
  "terahex.structFocus": "focus",
} satisfies Record<string, StructCommand>;

/** Every editor shows the tree, or none: remembered. */
export async function toggleStructTree({ settings }: CommandServices): Promise<void> {
  await settings.remember({ structTree: !settings.view.structTree });
}

/** @param clicked what VS Code hands over from a context menu */
export async function runInTree(services: CommandServices, command: StructCommand, clicked: unknown): Promise<void> {
  const { settings, structView } = services;
  if (isInView(clicked) || (structView.visible && !settings.view.structTree)) {
    structView.run(command);
    return;
  }
  await settings.remember({ structTree: true });
  activeSession(services)?.send({ type: "struct", news: { kind: "command", command } });
}

function isInView(clicked: unknown): boolean {
  return typeof clicked === "object" && clicked !== null && "webview" in clicked && clicked.webview === STRUCT_VIEW;
}
