// Edits of a document that change its length or concern several ranges: each is one undo step, done whole or not at all.
// Cost follows the number of ranges, never their length. Knows no panel and asks nothing. Thread rule: main thread.
import * as vscode from "vscode";
import { totalLength, type ByteRange } from "../../../shared/byteRange";
import type { EngineDocument } from "../engine/document";
import { hexOffset, type BinaryDocument } from "./binaryDocument";
import { HostError } from "./errors";

/** Takes `ranges` out and puts `bytes` in where `offset` was before. @param ranges in normal form (byteRange.ts).
 *  @param merge continue the latest step; only an edit of one place can. @returns the version that holds it.
 *  @throws HostError "read-only", "out-of-range"; EngineError. After an error nothing has changed. */
export function replaceRanges(
  document: BinaryDocument,
  ranges: readonly ByteRange[],
  offset: number,
  bytes: Uint8Array,
  merge: boolean,
  label: string,
): number {
  document.step(label, () => {
    const engine = engineOf(document);
    checkInside(engine, ranges, offset);
    const at = offset - lengthBefore(ranges, offset);
    let joins = merge && ranges.length + (bytes.length > 0 ? 1 : 0) === 1;
    wholly(engine, () => {
      eraseRanges(engine, ranges, joins);
      if (ranges.length > 0) joins = true;
      if (bytes.length > 0) engine.insert(at, bytes, joins);
    });
  });
  return document.source.version;
}

/** Overwrites each range with the pattern, begun anew in each. */
export function fillRanges(document: BinaryDocument, ranges: readonly ByteRange[], pattern: Uint8Array): void {
  document.step(vscode.l10n.t("Fill"), () => {
    const engine = engineOf(document);
    checkInside(engine, ranges, 0);
    wholly(engine, () =>
      engine.asOneStep(() => {
        for (const { start, end } of ranges) engine.fill(start, end - start, pattern);
      }),
    );
  });
}

/** Puts `length` bytes of the repeated pattern in at `offset`, however many: they are kept as the pattern. */
export function insertPattern(document: BinaryDocument, offset: number, length: number, pattern: Uint8Array): void {
  document.step(vscode.l10n.t("Insert Bytes"), () => {
    const engine = engineOf(document);
    checkInside(engine, [], offset);
    if (!Number.isSafeInteger(engine.size + length)) {
      throw new HostError("too-large", vscode.l10n.t("The file would become larger than any file can be."));
    }
    engine.insertFill(offset, length, pattern);
  });
}

/** From the last to the first, so that none moves before its turn. */
function eraseRanges(engine: EngineDocument, ranges: readonly ByteRange[], merge: boolean): void {
  let joins = merge;
  for (let index = ranges.length - 1; index >= 0; index--) {
    const { start, end } = ranges[index]!;
    engine.erase(start, end - start, joins);
    joins = true;
  }
}

function wholly(engine: EngineDocument, edit: () => void): void {
  const before = engine.position;
  try {
    edit();
  } catch (error) {
    if (engine.position !== before) engine.seek(before);
    throw error;
  }
}

function lengthBefore(ranges: readonly ByteRange[], offset: number): number {
  return totalLength(
    ranges.filter(({ start }) => start < offset).map(({ start, end }) => ({ start, end: Math.min(end, offset) })),
  );
}

function checkInside(engine: EngineDocument, ranges: readonly ByteRange[], offset: number): void {
  const end = Math.max(offset, ranges.at(-1)?.end ?? 0);
  if (end <= engine.size) return;
  throw new HostError("out-of-range", vscode.l10n.t("The file ends at {0}.", hexOffset(engine.size)));
}

function engineOf(document: BinaryDocument): EngineDocument {
  const { engine } = document;
  if (engine === null) throw new HostError("read-only", document.readOnlyReason ?? "");
  return engine;
}
