// All kinds of the data inspector, in the order in which they are shown; GUIDs and characters. Pure.
// Source of GUID layouts: RFC 9562, section 4 (big-endian), and the GUID structure, Microsoft Learn (first three little-endian).
import { encoded, noValue, refused, value } from "./field";
import type { Decoded, Encoded, InspectorField } from "./field";
import { floatFields } from "./floats";
import { binaryField, integerField, lebField } from "./integers";
import { dosTimeField, filetimeField, unixTimeField } from "./times";
import { decodeUtf16, decodeUtf8, isSurrogate, utf16OfCodePoint, utf8OfCodePoint } from "./unicode";
import type { DecodedChar } from "./unicode";

/** The most bytes that any kind looks at. */
export const INSPECTED_BYTES = 16;

const guidField: InspectorField = {
  id: "guid",
  label: "GUID",
  title: "128-bit identifier",
  shape: "wide",
  orders: ["Microsoft", "RFC 9562"],
  minBytes: 16,
  maxBytes: 16,
  decode: (bytes, microsoft) => {
    const hex = [...swapGuid(bytes, microsoft)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
    return value(parts.join("-"), 16);
  },
  encode: (text, microsoft) => {
    const hex = text.trim().replaceAll(/[{}()\-\s]/g, "");
    if (!/^[0-9a-f]{32}$/i.test(hex)) return refused("Type 32 hexadecimal digits, dashes as you like.");
    const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    return encoded([...swapGuid(bytes, microsoft)]);
  },
};

/** Its own inverse. */
function swapGuid(bytes: Uint8Array, microsoft: boolean): Uint8Array {
  if (!microsoft) return bytes;
  return Uint8Array.of(
    ...[...bytes.slice(0, 4)].reverse(),
    ...[...bytes.slice(4, 6)].reverse(),
    ...[...bytes.slice(6, 8)].reverse(),
    ...bytes.slice(8, 16),
  );
}

const utf8Field: InspectorField = {
  id: "utf8",
  label: "UTF-8",
  title: "One UTF-8 character",
  shape: "single",
  minBytes: 1,
  maxBytes: 4,
  decode: (bytes) => charValue(decodeUtf8(bytes), "not UTF-8"),
  encode: (text, _littleEndian, old) => encodeChar(text, decodeUtf8(old)?.length, old.length, utf8OfCodePoint),
};

const utf16Field: InspectorField = {
  id: "utf16",
  label: "UTF-16",
  title: "One UTF-16 character",
  shape: "pair",
  minBytes: 2,
  maxBytes: 4,
  decode: (bytes, littleEndian) => charValue(decodeUtf16(bytes, littleEndian), "lone surrogate"),
  encode: (text, littleEndian, old) =>
    encodeChar(text, decodeUtf16(old, littleEndian)?.length, old.length, (codePoint) =>
      utf16OfCodePoint(codePoint, littleEndian),
    ),
};

function charValue(char: DecodedChar | undefined, otherwise: string): Decoded {
  if (char === undefined) return noValue(otherwise);
  const name = `U+${char.codePoint.toString(16).toUpperCase().padStart(4, "0")}`;
  const text = String.fromCodePoint(char.codePoint);
  // A combining mark, a space or a control would be invisible or unreadable alone: those show their number.
  return value(/^[\p{L}\p{N}\p{P}\p{S}]$/u.test(text) ? text : name, char.length, name);
}

function encodeChar(
  text: string,
  oldLength: number | undefined,
  room: number,
  encode: (codePoint: number) => number[],
): Encoded {
  const named = /^U\+[0-9a-f]{1,6}$/i.test(text.trim());
  const single = [...text].length === 1;
  const codePoint = named ? Number.parseInt(text.trim().slice(2), 16) : single ? text.codePointAt(0) : undefined;
  if (codePoint === undefined || codePoint > 0x10ffff || isSurrogate(codePoint)) {
    return refused("Type one character, or its number as U+00E9.");
  }
  const bytes = encode(codePoint);
  const allowed = oldLength ?? room;
  if (oldLength === undefined ? bytes.length > allowed : bytes.length !== allowed) {
    return refused(`That takes ${bytes.length} bytes; the character here takes ${allowed}.`);
  }
  return encoded(bytes);
}

export const inspectorFields: readonly InspectorField[] = [
  ...([8, 16, 32, 64] as const).flatMap((bits) => [integerField(bits, false), integerField(bits, true)]),
  ...floatFields,
  binaryField,
  lebField(false),
  lebField(true),
  utf8Field,
  utf16Field,
  unixTimeField(32),
  unixTimeField(64),
  filetimeField,
  dosTimeField,
  guidField,
];

/** The value at the start of `bytes`. @param bytes up to INSPECTED_BYTES; fewer only before the end of the document. */
export function decodeField(field: InspectorField, bytes: Uint8Array, littleEndian: boolean): Decoded {
  if (bytes.length < field.minBytes) {
    return noValue(`needs ${field.minBytes} bytes, ${bytes.length} ${bytes.length === 1 ? "is" : "are"} left`);
  }
  return field.decode(bytes.subarray(0, field.maxBytes), littleEndian);
}

export function encodeField(field: InspectorField, text: string, littleEndian: boolean, old: Uint8Array): Encoded {
  if (old.length < field.minBytes) return refused(`Needs ${field.minBytes} bytes before the end of the file.`);
  return field.encode(text, littleEndian, old.subarray(0, field.maxBytes));
}
