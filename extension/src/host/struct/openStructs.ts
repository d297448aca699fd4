// Puts the struct view's host side together: who chooses templates, and which interpreter reads. Holds no logic.
import type * as vscode from "vscode";
import { startStructService } from "../../struct/worker/startStructService";
import type { Dialogs } from "../notify";
import { Structs } from "./structs";
import type { TemplateChoice } from "./templateChoice";

export interface OpenStructs {
  readonly extension: vscode.ExtensionContext;
  readonly dialogs: () => Dialogs;
  readonly choice: TemplateChoice;
  readonly log: vscode.LogOutputChannel;
}

export function openStructs({ extension, dialogs, choice }: OpenStructs): Structs {
  return new Structs({
    dialogs,
    choice,
    memento: extension.globalState,
    makeService: ({ engine, path }) => startStructService(engine === null ? { path } : { readerKey: engine.readerKey }),
  });
}
