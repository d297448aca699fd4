// Guesses what a file is by bytes at fixed places, for `info`. A guess for people: nothing is decided by it.
// Magic numbers are those of the formats' own specifications.
import { Buffer } from "node:buffer";

/** Bytes from the file's start that guessFileType() looks at. */
export const TYPE_GUESS_BYTES = 0x8800;

interface Magic {
  readonly type: string;
  readonly offset: number;
  readonly bytes: Buffer;
}

const MAGICS: readonly Magic[] = [
  magic("elf", 0, "7f454c46"),
  magic("mach-o", 0, "cffaedfe"),
  magic("mach-o", 0, "cefaedfe"),
  magic("png", 0, "89504e470d0a1a0a"),
  magic("jpeg", 0, "ffd8ff"),
  magic("gif", 0, text("GIF87a")),
  magic("gif", 0, text("GIF89a")),
  magic("tiff", 0, "49492a00"),
  magic("tiff", 0, "4d4d002a"),
  magic("zip", 0, "504b0304"),
  magic("zip", 0, "504b0506"),
  magic("gzip", 0, "1f8b"),
  magic("xz", 0, "fd377a585a00"),
  magic("zstd", 0, "28b52ffd"),
  magic("bzip2", 0, text("BZh")),
  magic("7z", 0, "377abcaf271c"),
  magic("pdf", 0, text("%PDF-")),
  magic("sqlite", 0, text("SQLite format 3\0")),
  magic("wasm", 0, "0061736d"),
  magic("java-class", 0, "cafebabe"),
  magic("pcap", 0, "d4c3b2a1"),
  magic("pcap", 0, "a1b2c3d4"),
  magic("pcapng", 0, "0a0d0d0a"),
  magic("flac", 0, text("fLaC")),
  magic("ogg", 0, text("OggS")),
  magic("mp3", 0, text("ID3")),
  magic("ttf", 0, "00010000"),
  magic("otf", 0, text("OTTO")),
  magic("ar", 0, text("!<arch>\n")),
  magic("squashfs", 0, text("hsqs")),
  magic("qcow2", 0, "514649fb"),
  magic("uf2", 0, "5546320a57515d9e"),
  magic("tar", 257, text("ustar")),
  magic("gpt", 512, text("EFI PART")),
  magic("ext", 0x438, "53ef"),
  magic("iso9660", 0x8001, text("CD001")),
];

/** @param start the first TYPE_GUESS_BYTES of the file, fewer when it is shorter. */
export function guessFileType(start: Uint8Array): string {
  if (start.length === 0) return "empty";
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  return (
    bmp(bytes) ?? riff(bytes) ?? pe(bytes) ?? MAGICS.find((each) => has(bytes, each))?.type ?? mbr(bytes) ?? "data"
  );
}

function magic(type: string, offset: number, hex: string): Magic {
  return { type, offset, bytes: Buffer.from(hex, "hex") };
}

function text(ascii: string): string {
  return Buffer.from(ascii, "latin1").toString("hex");
}

function has(bytes: Buffer, { offset, bytes: wanted }: Magic): boolean {
  return bytes.subarray(offset, offset + wanted.length).equals(wanted);
}

/** "BM" alone is too common: the size of the info header behind it must be a known one. */
function bmp(bytes: Buffer): string | undefined {
  if (bytes.length < 18 || bytes.toString("latin1", 0, 2) !== "BM") return undefined;
  return [12, 16, 40, 52, 56, 64, 108, 124].includes(bytes.readUInt32LE(14)) ? "bmp" : undefined;
}

function riff(bytes: Buffer): string | undefined {
  if (bytes.length < 12 || bytes.toString("latin1", 0, 4) !== "RIFF") return undefined;
  const form = bytes.toString("latin1", 8, 12);
  return ({ WAVE: "wav", "AVI ": "avi", WEBP: "webp" } as Record<string, string>)[form] ?? "riff";
}

/** @see PE Format, "Signature": the offset at 0x3c leads to "PE\0\0". */
function pe(bytes: Buffer): string | undefined {
  if (bytes.length < 0x40 || bytes.toString("latin1", 0, 2) !== "MZ") return undefined;
  const signature = bytes.readUInt32LE(0x3c);
  return bytes.toString("latin1", signature, signature + 4) === "PE\0\0" ? "pe" : "dos-exe";
}

function mbr(bytes: Buffer): string | undefined {
  return bytes.length >= 512 && bytes.readUInt16BE(510) === 0x55aa ? "mbr" : undefined;
}
