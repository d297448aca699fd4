// Puts the struct view's host side together: who chooses templates, and which interpreter reads. Holds no logic.
import * as vscode from "vscode";
import { HostError } from "../errors";
import type { Dialogs } from "../notify";
import { Structs } from "./structs";

export interface OpenStructs {
  readonly extension: vscode.ExtensionContext;
  readonly dialogs: () => Dialogs;
  readonly log: vscode.LogOutputChannel;
}

export function openStructs({ dialogs }: OpenStructs): Structs {
  return new Structs({
    dialogs,
    choice: {
      chosen: async () => undefined,
      onDidChange: new vscode.EventEmitter<vscode.Uri>().event,
      pick: async () => undefined,
      report: () => undefined,
      dispose: () => undefined,
    },
    makeService: () => {
      throw new HostError("unsupported", vscode.l10n.t("This is not possible here."));
    },
  });
}
