// What a person does with the row under the tree's cursor: edits its value, copies it, exports it. Knows no DOM and nothing of
// where rows stand.
import type { StructCopy, StructState } from "../../../shared/structProtocol";
import type { StructRow } from "../../../shared/structTree";
import type { StructTreeOwner } from "./treeOwner";

export interface RowActionsTree {
  readonly state: StructState | undefined;
  readonly cursorRow: StructRow | undefined;
  tell(text: string, bad: boolean, sources?: readonly string[]): void;
}

export class RowActions {
  constructor(
    private readonly tree: RowActionsTree,
    private readonly owner: Pick<StructTreeOwner, "ask" | "openEditor">,
  ) {}

  /** Opens the editor of the row's value, or says why it has none. */
  edit(): void {
    const { tree } = this;
    const row = tree.cursorRow;
    if (row === undefined) return;
    const readOnly = tree.state?.document?.readOnlyReason;
    if (readOnly !== undefined) return tree.tell(readOnly, true);
    this.owner.ask<"field">({ kind: "field", path: row.path }).reply.then((field) => {
      if (tree.cursorRow?.path !== row.path) return;
      if (field.kind === "none") tree.tell(field.reason, false, field.sources);
      else this.owner.openEditor(row, field);
    }, this.#complain);
  }

  /** Writes what was typed. @returns undefined: done */
  async commit(
    path: string,
    text: string,
    despite: boolean,
  ): Promise<{ readonly problem?: string; readonly warnings?: readonly string[] } | undefined> {
    try {
      const { version, warnings } = await this.owner.ask<"edit">({ kind: "edit", path, text, despite }).reply;
      return version === undefined ? { warnings } : undefined;
    } catch (error) {
      return { problem: reasonOf(error) };
    }
  }

  /** The check box of the row was pressed. */
  flip(): void {
    const { tree } = this;
    const row = tree.cursorRow;
    if (row?.kind !== "bool" || !row.editable) return;
    const readOnly = tree.state?.document?.readOnlyReason;
    if (readOnly !== undefined) return tree.tell(readOnly, true);
    void this.commit(row.path, row.value === "true" ? "false" : "true", false).then((refused) => {
      // With a warning the person is to see what they are about to do.
      if (refused?.warnings !== undefined) this.edit();
      else if (refused?.problem !== undefined) tree.tell(refused.problem, true);
    });
  }

  copy(what: StructCopy): void {
    const path = this.tree.cursorRow?.path;
    if (path === undefined) return;
    const words = { path: "Path copied", value: "Value copied", json: "JSON copied" }[what];
    this.owner
      .ask<"copy">({ kind: "copy", path, what })
      .reply.then(() => this.tree.tell(`${words}.`, false), this.#complain);
  }

  export(): void {
    const path = this.tree.cursorRow?.path;
    if (path !== undefined) this.owner.ask<"export">({ kind: "export", path }).reply.catch(this.#complain);
  }

  /** Every tree follows, this one when the host says so. */
  shareColumns(nameShare: number): void {
    this.owner.ask<"shareColumns">({ kind: "shareColumns", nameShare }).reply.catch(this.#complain);
  }

  showAbsent(shown: boolean): void {
    this.owner.ask<"showAbsent">({ kind: "showAbsent", shown }).reply.catch(this.#complain);
  }

  readonly #complain = (error: unknown): void => this.tree.tell(reasonOf(error), true);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
