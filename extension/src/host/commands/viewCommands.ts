// Commands that the view itself carries out, because it alone knows its focus and its selection to the last key:
// terahex.selectAll, copy, copyAs…, cut, paste, deleteSelection, toggleInsertMode.
import type { CopyFormat, ViewCommand } from "../../../../shared/protocol";
import { activeSession, type CommandServices } from "./services";

export function runInView(services: CommandServices, command: ViewCommand): void {
  activeSession(services)?.send({ type: "command", command });
}

/** The last part of the command's name is the format's. */
export const COPY_COMMANDS = {
  "terahex.copyAsHex": "hex",
  "terahex.copyAsText": "text",
  "terahex.copyAsCArray": "c-array",
  "terahex.copyAsBase64": "base64",
  "terahex.copyAsHexdump": "hexdump",
} satisfies Record<string, CopyFormat>;
