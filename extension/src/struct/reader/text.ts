// Bytes -> text and back in any encoding a template may name. Bytes that mean nothing become U+FFFD; a byte order mark is kept.
// Node only: iconv-lite works on Buffer. WHATWG's own decoder serves the multi-byte sets, where its tables are the standard.
import iconv from "iconv-lite";
import { StructError } from "../errors";

type Decode = (bytes: Uint8Array) => string;

const multiByte =
  /^(shift[_-]?jis|sjis|s-jis|ms_kanji|x-sjis|windows-31j|euc-?jp|iso-2022-jp|gbk|gb2312|gb_?2312-80|gb18030|big5(-hkscs)?|euc-?kr|ks_c_5601-1987|cp949|windows-949)$/;
/** Names that iconv-lite gives to things that are no character sets. */
const notText = /^(hex|base64|binary|internal)$/;

const decoders = new Map<string, Decode | null>();

function normalize(name: string): string {
  return name.trim().toLowerCase();
}

function decoderOf(name: string): Decode | null {
  const key = normalize(name);
  let decode = decoders.get(key);
  if (decode === undefined) {
    decode = makeDecoder(key);
    if (decoders.size < 1000) decoders.set(key, decode);
  }
  return decode;
}

function makeDecoder(key: string): Decode | null {
  switch (key) {
    case "ascii":
    case "us-ascii":
    case "ansi_x3.4-1968":
      return decodeAscii;
    case "utf-8":
    case "utf8":
      return whatwg("utf-8");
    case "utf-16le":
    case "utf16le":
    case "utf-16-le":
    case "ucs-2le":
      return whatwg("utf-16le");
    case "utf-16be":
    case "utf16be":
    case "utf-16-be":
    case "ucs-2be":
      return whatwg("utf-16be");
    case "utf-16":
    case "utf16":
    case "ucs-2":
    case "ucs2":
      return decodeMarked16;
    case "utf-32le":
    case "utf32le":
    case "utf-32-le":
      return (bytes) => decode32(bytes, true);
    case "utf-32be":
    case "utf32be":
    case "utf-32-be":
      return (bytes) => decode32(bytes, false);
    case "iso-8859-1":
    case "iso8859-1":
    case "iso_8859-1":
    case "latin1":
    case "latin-1":
    case "l1":
      return (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  }
  if (multiByte.test(key)) return withOwnControls(whatwg(key)) ?? byLibrary(key);
  return byLibrary(key) ?? whatwg(key);
}

function whatwg(label: string): Decode | null {
  try {
    const decoder = new TextDecoder(label, { ignoreBOM: true });
    return (bytes) => decoder.decode(bytes);
  } catch (thrown) {
    if (thrown instanceof RangeError) return null;
    throw thrown;
  }
}

/** Node's ICU takes three control characters of Shift_JIS for one another, as an old code page of IBM's did. */
function withOwnControls(decode: Decode | null): Decode | null {
  const own = [0x1a, 0x1c, 0x7f];
  const given = decode?.(Uint8Array.from(own));
  if (decode === null || given === undefined || given === String.fromCharCode(...own)) return decode;
  const mixedUp = new RegExp(`[${given}]`, "g");
  return (bytes) => decode(bytes).replace(mixedUp, (control) => String.fromCharCode(own[given.indexOf(control)] ?? 0));
}

function byLibrary(key: string): Decode | null {
  if (notText.test(key) || !iconv.encodingExists(key)) return null;
  return (bytes) => iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), key, { stripBOM: false });
}

function decodeAscii(bytes: Uint8Array): string {
  if (bytes.length < 64 && bytes.every((byte) => byte < 0x80)) return String.fromCharCode(...bytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");

  return text.replace(/[^\x00-\x7f]/g, "\ufffd");
}

function decodeMarked16(bytes: Uint8Array): string {
  const isBig = bytes[0] === 0xfe && bytes[1] === 0xff;
  return new TextDecoder(isBig ? "utf-16be" : "utf-16le").decode(bytes);
}

function decode32(bytes: Uint8Array, little: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const whole = bytes.length - (bytes.length % 4);
  const pieces: string[] = [];
  for (let at = 0; at < whole; at += 4) {
    const code = view.getUint32(at, little);
    const isScalar = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    pieces.push(isScalar ? String.fromCodePoint(code) : "\ufffd");
  }
  if (whole < bytes.length) pieces.push("\ufffd");
  return pieces.join("");
}

export function isKnownEncoding(name: string): boolean {
  return decoderOf(name) !== null;
}

/** @throws EncodingError when no such encoding is known */
export function decodeText(bytes: Uint8Array, encoding: string): string {
  const decode = decoderOf(encoding);
  if (decode === null) throw new StructError("EncodingError", `unknown encoding '${encoding}'`);
  return decode(bytes);
}

/** @throws EncodingError when the text has a character that the encoding has not */
export function encodeText(text: string, encoding: string): Uint8Array {
  const bytes = encodeLoosely(text, normalize(encoding));
  if (decodeText(bytes, encoding) !== text) {
    throw new StructError("EncodingError", `the text has characters that ${encoding} has not`);
  }
  return bytes;
}

function encodeLoosely(text: string, key: string): Uint8Array {
  if (/^utf-?8$/.test(key)) return new TextEncoder().encode(text);
  const wide = /^(utf-?32|ucs-?4)-?(le|be)?$/.exec(key);
  if (wide !== null) return encode32(text, wide[2] !== "be");
  const name = /^(us-ascii|ansi_x3)/.test(key)
    ? "ascii"
    : key.replace(/^(?:utf-?16|ucs-?2)-?(le|be)?$/, (_, order?: string) => `utf-16${order ?? "le"}`);
  if (!iconv.encodingExists(name)) throw new StructError("EncodingError", `cannot write text in '${key}'`);
  const encoded = iconv.encode(text, name, { addBOM: false });
  return new Uint8Array(encoded);
}

function encode32(text: string, little: boolean): Uint8Array {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const view = new DataView(new ArrayBuffer(points.length * 4));
  points.forEach((point, index) => view.setUint32(index * 4, point, little));
  return new Uint8Array(view.buffer);
}
