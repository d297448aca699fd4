// Notes: records of a name, a number and bytes that tools leave in a program, the build's own number among them. Bounded. Pure.
// Source: System V gABI, "Note Section"; GNU's notes: Linux Standard Base Core, "ABI note tag"; ld's --build-id.
import type { ByteRange } from "../../../../shared/byteRange";
import { decodeText, type PagedBytes } from "../program/pagedBytes";
import type { Warnings } from "../program/warnings";
import { Words, type Shape } from "../program/words";
import type { ElfNote } from "./model";

const MAX_NOTES = 1000;
const MAX_BODY_BYTES = 4096;
const MAX_OWNER_BYTES = 256;

/** @param align notes of 8 bytes' alignment pad their parts to that */
export function readNotes(
  bytes: PagedBytes,
  shape: Shape,
  { start, end }: ByteRange,
  align: number,
  warnings: Warnings,
): ElfNote[] {
  const notes: ElfNote[] = [];
  const padded = (length: number): number => Math.ceil(length / align) * align;
  for (let at = start; at + 12 <= end && notes.length < MAX_NOTES;) {
    const head = bytes.record(at, 12);
    if (head === undefined) break;
    const words = new Words(head, shape);
    const [ownerBytes, bodyBytes] = [words.u32(0), words.u32(4)];
    const bodyAt = at + padded(12 + ownerBytes);
    if (bodyAt + bodyBytes > end) {
      warnings.add(at, `A note of ${bodyBytes} bytes runs past the end of its section`);
      break;
    }
    const owner = bytes.slice(at + 12, Math.min(ownerBytes, MAX_OWNER_BYTES));
    const zero = owner.indexOf(0);
    notes.push({
      owner: decodeText(owner, 0, zero < 0 ? owner.length : zero),
      type: words.u32(8),
      body: bytes.slice(bodyAt, Math.min(bodyBytes, MAX_BODY_BYTES)),
      offset: at,
      length: bodyAt + bodyBytes - at,
    });
    at = bodyAt + padded(bodyBytes);
  }
  return notes;
}
