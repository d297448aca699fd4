// Just enough of DER to walk a signature: tags, lengths, children, names. Bounded by the bytes given; no recursion. Pure.
// Source: ITU-T X.690, "Basic encoding rules", 8.1; X.680 for the tags.
import { Buffer } from "node:buffer";

export interface DerNode {
  readonly tag: number;
  /** With tag and length. */
  readonly whole: Uint8Array;
  readonly content: Uint8Array;
}

/** A signature has some tens; a hostile file could have millions. */
const MAX_CHILDREN = 10_000;

export const DerTag = { integer: 0x02, oid: 0x06, sequence: 0x30, set: 0x31, context0: 0xa0 } as const;

/** The first element. undefined: none, or cut short, or of a length that X.690 forbids in DER. */
export function readDer(bytes: Uint8Array): DerNode | undefined {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  let length = first;
  let start = 2;
  if (first >= 0x80) {
    const digits = first - 0x80;
    if (digits === 0 || digits > 4 || bytes.length < 2 + digits) return undefined;
    length = bytes.subarray(2, 2 + digits).reduce((value, byte) => value * 256 + byte, 0);
    start = 2 + digits;
  }
  if (length > bytes.length - start) return undefined;
  return { tag, whole: bytes.subarray(0, start + length), content: bytes.subarray(start, start + length) };
}

/** What is in an element, one after the other, as far as it can be read. */
export function derChildren(node: DerNode): DerNode[] {
  const children: DerNode[] = [];
  for (let rest = node.content; ;) {
    const child = readDer(rest);
    if (child === undefined || children.length === MAX_CHILDREN) return children;
    children.push(child);
    rest = rest.subarray(child.whole.length);
  }
}

/** "1.2.840.113549.1.7.2" */
export function oidText(node: DerNode): string {
  const numbers: number[] = [];
  let value = 0;
  for (const byte of node.content) {
    value = value * 128 + (byte % 128);
    if (byte < 128) {
      numbers.push(value);
      value = 0;
    }
  }
  const first = numbers[0] ?? 0;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...numbers.slice(1)].join(".");
}

/** Text of any of the string types; BMPString has two bytes a character. */
export function derText({ tag, content }: DerNode): string {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (tag === 0x1e)
    return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)))
      .swap16()
      .toString("utf16le");
  return bytes.toString(tag === 0x0c ? "utf8" : "latin1");
}
