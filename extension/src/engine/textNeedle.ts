// Needles of text in any encoding: apart from scanNeedle.ts because of the tables, which take longer to load than a search.
import { Buffer } from "node:buffer";
import iconv from "iconv-lite";
import { EngineError } from "./engineError";
import { textNeedleIn, type Needle } from "./scanNeedle";

const NOT_TEXT = /^(hex|base64|binary|internal)$/i;

/** @param encoding any that iconv-lite knows: utf-8, utf-16le, windows-1252, shift_jis, cp437 ...
 *  @throws EngineError "invalid-argument": no such encoding, or one that cannot write this text. */
export function textNeedle(text: string, encoding: string, ignoreCase: boolean, align?: number): Needle {
  const known = /^utf-?16$/i.test(encoding) ? "utf-16le" : /^(latin-?1|l1)$/i.test(encoding) ? "iso-8859-1" : encoding;
  if (NOT_TEXT.test(known) || !iconv.encodingExists(known)) {
    throw new EngineError("invalid-argument", `No encoding is called ${encoding}`);
  }
  const codec = {
    name: encoding,
    encode: (part: string): Uint8Array => iconv.encode(part, known, { addBOM: false }),
    decode: (bytes: Uint8Array) => iconv.decode(Buffer.from(bytes), known, { stripBOM: false }),
  };
  return textNeedleIn(codec, text, ignoreCase, align);
}
