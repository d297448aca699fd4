// What a struct tree needs of whoever holds it, and what it tells: no logic. Pure types.
import type { StructAnswer, StructQuestion } from "../../../shared/structProtocol";
import type { StructFieldEditor, StructRow } from "../../../shared/structTree";
import type { TreeNode } from "./treeModel";

export interface AskCall<T> {
  readonly reply: Promise<T>;
  cancel(): void;
}

export interface StructTreeOwner {
  ask<K extends StructQuestion["kind"]>(question: Extract<StructQuestion, { kind: K }>): AskCall<StructAnswer[K]>;
  /** Draws at the next frame. */
  schedule(): void;
  later(delayMs: number): void;
  now(): number;
  isNoNews(error: unknown): boolean;
  /** @param start === end: a place without bytes */
  selectBytes(start: number, end: number): void;
  openEditor(row: StructRow, field: StructFieldEditor): void;
  openBox(which: "find" | "goTo"): void;
  /** Escape with nothing left to close. */
  leave(): void;
  say(describe: () => string): void;
}

/** Where the tree's cursor is: a child of an open node; the root has no parent. */
export interface TreePlace {
  readonly parent: TreeNode | undefined;
  readonly index: number;
}

/** Said below the rows until the cursor moves. */
export interface TreeNote {
  readonly text: string;
  readonly bad: boolean;
  /** Paths that can be gone to. */
  readonly sources: readonly string[];
}

export interface TreeProgress {
  readonly path: string;
  readonly scannedBytes: number;
  readonly totalBytes: number;
  readonly elements: number;
}
