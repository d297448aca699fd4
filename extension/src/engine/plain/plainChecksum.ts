// Checksums without the addon: those of its list that hash-wasm makes, under the same names. No Node here.
import {
  createAdler32,
  createCRC32,
  createCRC64,
  createXXHash128,
  createXXHash3,
  createXXHash32,
  createXXHash64,
  type IHasher,
} from "hash-wasm";
import { EngineError } from "../engineError";

/** Polynomials are reflected, without their highest term; all bits are inverted before and after. */
export const CHECKSUMS: Readonly<Record<string, () => Promise<IHasher>>> = {
  "adler-32": createAdler32,
  xxh32: () => createXXHash32(),
  xxh64: () => createXXHash64(),
  xxh3: () => createXXHash3(),
  xxh128: () => createXXHash128(),
  "CRC-32/ISO-HDLC": () => createCRC32(),
  "CRC-32/ISCSI": () => createCRC32(0x82f63b78),
  "CRC-64/XZ": () => createCRC64(),
  "CRC-64/GO-ISO": () => createCRC64("d800000000000000"),
};

/** What crc32 and its like mean, as in native/core/scan/crc.cc. */
const ALIASES: Readonly<Record<string, string>> = {
  crc32: "CRC-32/ISO-HDLC",
  crc32c: "CRC-32/ISCSI",
  crc64: "CRC-64/XZ",
};

export async function makeChecksum(name: string): Promise<IHasher> {
  const make = CHECKSUMS[name] ?? CHECKSUMS[ALIASES[name.toLowerCase().replace("-", "")] ?? ""];
  if (make === undefined) throw new EngineError("unsupported", `${name} needs the native core of Terahex`);
  return (await make()).init();
}
