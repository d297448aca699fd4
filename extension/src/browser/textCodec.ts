// In the place of iconv-lite: the encodings that the browser itself writes. The library would be most of the build.
import { Buffer } from "buffer";

const NAMES: Readonly<Record<string, string>> = {
  "utf-8": "utf-8",
  utf8: "utf-8",
  "utf-16le": "utf-16le",
  "utf-16be": "utf-16be",
  ascii: "latin1",
  latin1: "latin1",
  "iso-8859-1": "latin1",
};

function nameOf(encoding: string): string | undefined {
  return NAMES[encoding.toLowerCase()];
}

function encode(text: string, encoding: string): Buffer {
  switch (nameOf(encoding)) {
    case "utf-16le":
      return Buffer.from(text, "utf16le");
    case "utf-16be":
      return Buffer.from(text, "utf16le").swap16();
    case "latin1":
      return Buffer.from(Array.from(text, (character) => Math.min(character.codePointAt(0) ?? 0, 0x100) % 0x100));
    default:
      return Buffer.from(text, "utf8");
  }
}

function decode(bytes: Uint8Array, encoding: string): string {
  const name = nameOf(encoding) ?? "utf-8";
  if (name === "latin1") return Buffer.from(bytes).toString("latin1");
  return new TextDecoder(name, { ignoreBOM: true }).decode(bytes);
}

export default { encode, decode, encodingExists: (encoding: string) => nameOf(encoding) !== undefined };
