// Integers, bits and LEB128 of the data inspector: exact, as bigint. Pure.
// Source of LEB128: DWARF 5, section 7.6.
import { encoded, noValue, parseWhole, readUnsigned, refused, value, writeUnsigned } from "./field";
import type { InspectorField } from "./field";

/** Longest LEB128 of a 64-bit number. */
const MAX_LEB_BYTES = 10;

export function integerField(bits: 8 | 16 | 32 | 64, signed: boolean): InspectorField {
  const length = bits / 8;
  const name = `${signed ? "i" : "u"}${bits}`;
  const low = signed ? -(1n << BigInt(bits - 1)) : 0n;
  const high = (1n << BigInt(signed ? bits - 1 : bits)) - 1n;
  return {
    id: name,
    label: name,
    title: `${signed ? "Signed" : "Unsigned"} ${bits}-bit integer`,
    shape: bits === 8 ? "single" : "pair",
    minBytes: length,
    maxBytes: length,
    decode: (bytes, littleEndian) => {
      const raw = readUnsigned(bytes, littleEndian);
      return value((signed ? BigInt.asIntN(bits, raw) : raw).toString(), length);
    },
    encode: (text, littleEndian) => {
      const number = parseWhole(text);
      if (number === undefined) return refused(`Type a whole number, such as 26 or 0x1A.`);
      if (number < low || number > high) return refused(`${name} holds ${low} to ${high}.`);
      return encoded(writeUnsigned(BigInt.asUintN(bits, number), length, littleEndian));
    },
  };
}

export const binaryField: InspectorField = {
  id: "binary8",
  label: "binary",
  title: "The bits of one byte",
  shape: "single",
  minBytes: 1,
  maxBytes: 1,
  decode: (bytes) => value((bytes[0] ?? 0).toString(2).padStart(8, "0"), 1),
  encode: (text) => {
    const digits = text.replaceAll(/[\s_]/g, "").replace(/^0b/i, "");
    if (!/^[01]{1,8}$/.test(digits)) return refused("Type up to eight digits 0 or 1.");
    return encoded([Number.parseInt(digits, 2)]);
  },
};

export function lebField(signed: boolean): InspectorField {
  const name = signed ? "SLEB128" : "ULEB128";
  return {
    id: name.toLowerCase(),
    label: name,
    title: `${signed ? "Signed" : "Unsigned"} LEB128, of variable length`,
    shape: "single",
    minBytes: 1,
    maxBytes: MAX_LEB_BYTES,
    decode: (bytes) => {
      const length = lebLength(bytes);
      if (length === undefined) {
        return noValue(bytes.length < MAX_LEB_BYTES ? "has no end before the end of the file" : "longer than 10 bytes");
      }
      let number = 0n;
      for (let at = length - 1; at >= 0; at--) number = number * 128n + BigInt((bytes[at] ?? 0) % 128);
      const exact = signed ? BigInt.asIntN(7 * length, number) : number;
      return value(exact.toString(), length, length === 1 ? "1 byte" : `${length} bytes`);
    },
    encode: (text, _littleEndian, old) => {
      const length = lebLength(old);
      if (length === undefined) return refused(`There is no ${name} here to take the place of.`);
      const number = parseWhole(text);
      if (number === undefined) return refused("Type a whole number, such as 26 or 0x1A.");
      const bits = 7 * length;
      const low = signed ? -(1n << BigInt(bits - 1)) : 0n;
      const high = (1n << BigInt(signed ? bits - 1 : bits)) - 1n;
      if (number < low || number > high) return refused(`${length} bytes of ${name} hold ${low} to ${high}.`);
      const raw = BigInt.asUintN(bits, number);
      return encoded(
        Array.from({ length }, (_, at) => {
          const septet = Number((raw >> BigInt(7 * at)) & 0x7fn);
          return at === length - 1 ? septet : septet + 128;
        }),
      );
    },
  };
}

function lebLength(bytes: Uint8Array): number | undefined {
  const last = bytes.slice(0, MAX_LEB_BYTES).findIndex((byte) => byte < 128);
  return last < 0 ? undefined : last + 1;
}
