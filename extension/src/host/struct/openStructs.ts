// Puts the struct view's host side together: who chooses templates, and which interpreter reads. Holds no logic.
import * as vscode from "vscode";
import { startStructService } from "../../struct/worker/startStructService";
import { HostError } from "../errors";
import type { Dialogs } from "../notify";
import { Structs } from "./structs";
import type { TemplateChoice } from "./templateChoice";

/** As in package.json. */
const DEFAULT_INDEX_KIB = 128;
const MIN_INDEX_KIB = 16;
const MAX_INDEX_KIB = 65_536;

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
    makeService: ({ engine, readOnlyReason }) => {
      if (engine === null) throw new HostError("closed", readOnlyReason ?? "");
      return startStructService(engine.readerSource, { maxIndexBytes: indexBytes() });
    },
  });
}

/** The person may have written anything into the settings file. */
function indexBytes(): number {
  const kib: unknown = vscode.workspace.getConfiguration("terahex").get("structIndexMemory");
  const asked = typeof kib === "number" && Number.isFinite(kib) ? Math.round(kib) : DEFAULT_INDEX_KIB;
  return Math.min(Math.max(asked, MIN_INDEX_KIB), MAX_INDEX_KIB) * 1024;
}
