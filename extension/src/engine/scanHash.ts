// Hashes of a range of a document, several at once: from Node's crypto (OpenSSL, or what Electron has in its place), from
// hash-wasm what that lacks (in a browser all), and the checksums of the addon. Knows nothing of VS Code.
import { createHash, getHashes } from "node:crypto";
import {
  createBLAKE2b,
  createBLAKE2s,
  createBLAKE3,
  createMD5,
  createSHA1,
  createSHA224,
  createSHA256,
  createSHA3,
  createSHA384,
  createSHA512,
  type IHasher,
} from "hash-wasm";
import type { ScanOptions } from "../../../native/binding/index";
import { attemptAsync, toRanges } from "./crossing";
import type { EngineDocument } from "./document";
import { EngineError } from "./engineError";
import { loadAddon } from "./loadAddon";
import type { NativeAddon } from "./nativeAddon";

/** Long enough that reading and hashing overlap, short enough that others get their turn on this thread. */
const BLOCK_BYTES = 1024 * 1024;

interface Hasher {
  update(bytes: Uint8Array): unknown;
  digest(encoding: "hex"): string;
}

/** By our name: what Node calls it, and who else can make it. */
const HASHES: Readonly<Record<string, { readonly node?: string; readonly other?: () => Promise<IHasher> }>> = {
  md5: { node: "md5", other: createMD5 },
  sha1: { node: "sha1", other: createSHA1 },
  sha224: { node: "sha224", other: createSHA224 },
  sha256: { node: "sha256", other: createSHA256 },
  sha384: { node: "sha384", other: createSHA384 },
  sha512: { node: "sha512", other: createSHA512 },
  "sha512-256": { node: "sha512-256" },
  "sha3-224": { node: "sha3-224", other: () => createSHA3(224) },
  "sha3-256": { node: "sha3-256", other: () => createSHA3(256) },
  "sha3-384": { node: "sha3-384", other: () => createSHA3(384) },
  "sha3-512": { node: "sha3-512", other: () => createSHA3(512) },
  blake2b512: { node: "blake2b512", other: () => createBLAKE2b(512) },
  blake2s256: { node: "blake2s256", other: () => createBLAKE2s(256) },
  blake3: { other: () => createBLAKE3(256) },
};
const ENTRIES = Object.entries(HASHES);
const PLAIN_NAMES = new Map(ENTRIES.map(([name]) => [plain(name), name]));

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** Every algorithm that can be had here, by its own name. */
export function hashNames(addon: NativeAddon = loadAddon()): string[] {
  const ofNode = getHashes();
  const isHere = ([, { node, other }]: (typeof ENTRIES)[number]): boolean =>
    other !== undefined || (node !== undefined && ofNode.includes(node));
  return [...ENTRIES.filter(isHere).map(([name]) => name), ...addon.checksumNames()];
}

/** The names as hashNames() has them; "SHA-256", "crc32" and the like are understood. @throws EngineError "invalid-argument" */
export function hashName(name: string, addon: NativeAddon = loadAddon()): string {
  const wanted = plain(name);
  const found = PLAIN_NAMES.get(wanted) ?? PLAIN_NAMES.get(wanted.replace(/^blake2([bs])$/, "blake2$1512"));
  if (found !== undefined) return found;
  if (wanted === "blake2s") return "blake2s256";
  const sums = addon.checksumNames();
  const sum =
    sums.find((known) => plain(known) === wanted) ?? (/^crc(8|16|24|32|32c|64)$/.test(wanted) ? name : undefined);
  if (sum !== undefined) return sum;
  throw new EngineError("invalid-argument", `No hash is called ${name}; there are ${hashNames(addon).join(", ")}`);
}

/** Lower-case hex, in the order of the names.
 *  @throws EngineError "changed": edited meanwhile; "io": bytes that cannot be read; "cancelled", "closed". */
export async function hash(
  document: EngineDocument,
  names: readonly string[],
  options: ScanOptions = {},
): Promise<Map<string, string>> {
  const known = names.map((name) => ({ name, own: hashName(name, document.addon) }));
  const sums = known.filter(({ own }) => !Object.hasOwn(HASHES, own));
  const hashes = known.filter(({ own }) => Object.hasOwn(HASHES, own));
  // Side by side: what one reads the other finds in the cache. Progress is told by the slower kind.
  const both = new AbortController();
  const signal = options.signal === undefined ? both.signal : AbortSignal.any([options.signal, both.signal]);
  const { onProgress, ...silent } = options;
  const told = { ...silent, signal, ...(onProgress && { onProgress }) };
  const jobs: Promise<readonly string[]>[] = [
    hashes.length === 0
      ? Promise.resolve([])
      : hashInTurn(
          document,
          hashes.map(({ own }) => own),
          told,
        ),
    sums.length === 0
      ? Promise.resolve([])
      : checksums(
          document,
          sums.map(({ own }) => own),
          hashes.length === 0 ? told : { ...silent, signal },
        ),
  ];
  try {
    const [hashed, summed] = await Promise.all(jobs);
    const digests = new Map<string, string>();
    hashes.forEach(({ name }, i) => digests.set(name, hashed?.[i] ?? ""));
    sums.forEach(({ name }, i) => digests.set(name, summed?.[i] ?? ""));
    return new Map(names.map((name) => [name, digests.get(name) ?? ""]));
  } catch (error) {
    both.abort();
    await Promise.allSettled(jobs);
    throw error;
  }
}

async function checksums(
  document: EngineDocument,
  names: readonly string[],
  options: ScanOptions,
): Promise<readonly string[]> {
  return (await attemptAsync(document.addon.checksums(document.native, names, options))).sums;
}

async function makeHasher(own: string): Promise<Hasher> {
  const { node, other } = HASHES[own] ?? {};
  if (node !== undefined && getHashes().includes(node)) return createHash(node);
  if (other === undefined) throw new EngineError("unsupported", `${own} is not available here`);
  return (await other()).init();
}

async function hashInTurn(document: EngineDocument, names: readonly string[], options: ScanOptions): Promise<string[]> {
  const hashers = await Promise.all(names.map(makeHasher));
  const { from = 0, to = document.size, signal, onProgress } = options;
  const end = Math.min(to, document.size);
  const { version } = document;
  // One block is hashed while the next is read.
  const blocks = [new Uint8Array(BLOCK_BYTES), new Uint8Array(BLOCK_BYTES)];
  const read = (offset: number, turn: number): Promise<Uint8Array> | undefined => {
    const block = blocks[turn % 2];
    if (offset >= end || block === undefined) return undefined;
    const next = readExactly(document, offset, block.subarray(0, Math.min(BLOCK_BYTES, end - offset)), version);
    // Told once, by whoever awaits it.
    next.catch(() => undefined);
    return next;
  };
  let ahead = read(from, 0);
  for (let at = from, turn = 1; ahead !== undefined; turn += 1) {
    const bytes: Uint8Array = await ahead;
    at += bytes.length;
    ahead = read(at, turn);
    for (const hasher of hashers) hasher.update(bytes);
    if (signal?.aborted === true) {
      await ahead?.catch(() => undefined);
      throw new EngineError("cancelled", "Hashing was cancelled", { path: document.path });
    }
    onProgress?.(at - from, end - from);
  }
  return hashers.map((hasher) => hasher.digest("hex"));
}

async function readExactly(
  document: EngineDocument,
  offset: number,
  bytes: Uint8Array,
  version: number,
): Promise<Uint8Array> {
  const read = await attemptAsync(document.addon.readInto(document.native, offset, bytes));
  const details = { path: document.path };
  if (read.version !== version) throw new EngineError("changed", "Edited while the hash was made", details);
  const bad = toRanges(read.unreadable)[0]?.start ?? (read.length < bytes.length ? offset + read.length : undefined);
  if (bad !== undefined) {
    throw new EngineError("io", `${document.path}: bytes at offset ${bad} cannot be read`, { ...details, offset: bad });
  }
  return bytes;
}
