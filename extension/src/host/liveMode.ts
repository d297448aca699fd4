// Live mode of one document: shows the file as others write it, and writes into it at once when armed. Past pieces, history
// and journal: only while nothing is unsaved. Knows no panel. Thread rule: extension host's main thread.
import * as vscode from "vscode";
import type { LiveState } from "../../../shared/protocol";
import type { ByteWindow } from "../engine/byteSource";
import type { EngineDocument } from "../engine/document";
import { HostError } from "./errors";

export class LiveMode {
  private current: LiveState | undefined;

  /** @param changed the state, or the size of the file, is another one. */
  constructor(
    private readonly engine: () => EngineDocument | null,
    private readonly changed: () => void,
  ) {}

  get state(): LiveState | undefined {
    return this.current;
  }

  /** Why typing writes nothing; null: it does. */
  get lockedReason(): string | null {
    return this.current === "watching"
      ? vscode.l10n.t(
          "Live mode shows what others write. To write into the file at once, run “Terahex: Arm Live Writing”.",
        )
      : null;
  }

  /** @throws HostError "closed"; "unsupported" while anything is unsaved. */
  set(state: LiveState | undefined): void {
    if (state === this.current) return;
    const engine = this.engine();
    if (state !== undefined) {
      if (engine === null) throw new HostError("closed", vscode.l10n.t("There is no open file."));
      if (engine.dirty) throw new HostError("unsupported", vscode.l10n.t("Save or discard your edits first."));
    }
    this.current = state;
    this.changed();
  }

  /** The file's bytes of this moment. Follows its size; the times that every write of others moves mean nothing here. */
  async read(offset: number, length: number): Promise<ByteWindow> {
    const engine = this.engine();
    if (engine === null || this.current === undefined) {
      throw new HostError("unsupported", vscode.l10n.t("Live mode is off."));
    }
    const outside = engine.checkOutside();
    if (outside === "grown" || outside === "truncated" || outside === "replaced") {
      followWhole(engine);
      this.changed();
    }
    if (offset > engine.size) throw new HostError("out-of-range", vscode.l10n.t("The file has become shorter."));
    return engine.read(offset, length);
  }

  /** @returns the version that holds them. */
  write(offset: number, bytes: Uint8Array): number {
    const engine = this.engine();
    if (engine === null || this.current !== "armed") throw new HostError("read-only", this.lockedReason ?? "");
    engine.writeThrough(offset, bytes);
    this.changed();
    return engine.version;
  }
}

/** Nothing is unsaved: what does not fit the history any more takes it along. */
function followWhole(engine: EngineDocument): void {
  try {
    engine.rebase();
  } catch {
    engine.reload();
  }
}
