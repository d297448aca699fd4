// The signature inside a Mach-O program: what it calls the program, how far it covers the file, who signed. Nothing is verified.
// Pure. Source: xnu, osfmk/kern/cs_blobs.h. Always big-endian.
import type { ByteRange } from "../../../../shared/byteRange";
import { decodeText, type PagedBytes } from "../program/pagedBytes";
import { readSigner, type Signer } from "../program/signer";
import type { Warnings } from "../program/warnings";

const SUPER_BLOB = 0xfade0cc0;
const CODE_DIRECTORY = 0xfade0c02;
const SIGNATURE = 0xfade0b01;
const MAX_BLOBS = 64;
const MAX_NAME_BYTES = 1024;
const MAX_SIGNATURE_BYTES = 16 * 1024 * 1024;
const HASHES: Readonly<Record<number, string>> = { 1: "SHA-1", 2: "SHA-256", 3: "SHA-256, cut", 4: "SHA-384" };
/** Flags of a code directory: signed by nobody. */
const AD_HOC = 2;

export interface CodeSignature extends ByteRange {
  readonly identifier: string;
  readonly digest: string;
  /** Bytes from the program's start that are covered. */
  readonly covers: number;
  readonly adHoc: boolean;
  readonly signer?: string;
  readonly issuer?: string;
}

/** @param place what LC_CODE_SIGNATURE points at */
export function readCodeSignature(bytes: PagedBytes, place: ByteRange, warnings: Warnings): CodeSignature | undefined {
  const head = place.start + 12 <= place.end ? bytes.record(place.start, 12) : undefined;
  if (head?.getUint32(0, false) !== SUPER_BLOB) {
    warnings.add(place.start, "The code signature does not begin as one");
    return undefined;
  }
  let directory: Omit<CodeSignature, "start" | "end" | "signer" | "issuer"> | undefined;
  let signer: Signer | undefined;
  const count = Math.min(head.getUint32(8, false), MAX_BLOBS);
  for (let index = 0; index < count; index++) {
    const entry = bytes.record(place.start + 12 + index * 8, 8);
    const at = place.start + (entry?.getUint32(4, false) ?? 0);
    const blob = entry === undefined || at + 8 > place.end ? undefined : bytes.record(at, 8);
    if (blob === undefined) {
      warnings.add(place.start + 12 + index * 8, "A part of the code signature is not inside it");
      continue;
    }
    const length = Math.min(blob.getUint32(4, false), place.end - at);
    if (blob.getUint32(0, false) === CODE_DIRECTORY) directory ??= readDirectory(bytes, at, length);
    // One alone: a hostile list leads to the same megabytes in each of its parts.
    else if (blob.getUint32(0, false) === SIGNATURE && length > 8) {
      signer ??= readSigner(bytes.slice(at + 8, Math.min(length - 8, MAX_SIGNATURE_BYTES))) ?? {};
    }
  }
  if (directory === undefined) {
    warnings.add(place.start, "The code signature has no directory of code");
    return undefined;
  }
  return { start: place.start, end: place.end, ...directory, ...signer };
}

function readDirectory(
  bytes: PagedBytes,
  at: number,
  length: number,
): Omit<CodeSignature, "start" | "end" | "signer" | "issuer"> | undefined {
  const record = length < 44 ? undefined : bytes.record(at, 44);
  if (record === undefined) return undefined;
  const nameAt = record.getUint32(20, false);
  const name = bytes.slice(at + nameAt, Math.max(0, Math.min(length - nameAt, MAX_NAME_BYTES)));
  const zero = name.indexOf(0);
  return {
    identifier: decodeText(name, 0, zero < 0 ? name.length : zero),
    covers: record.getUint32(32, false),
    digest: HASHES[record.getUint8(37)] ?? `hash ${record.getUint8(37)}`,
    adHoc: (record.getUint32(12, false) & AD_HOC) !== 0,
  };
}
