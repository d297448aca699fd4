// Binary floating point of the data inspector: half, bfloat16, single, double. Pure. Every pattern keeps its bits: signed
// zeros, and NaNs with their payload, which are written NaN(0x...). Source: IEEE 754-2019, section 3.4.
import { encoded, readUnsigned, refused, value, writeUnsigned } from "./field";
import type { InspectorField } from "./field";

interface FloatFormat {
  readonly name: string;
  readonly title: string;
  readonly bytes: number;
  readonly exponentBits: number;
  readonly fractionBits: number;
}

const FORMATS: readonly FloatFormat[] = [
  { name: "f16", title: "Half precision float", bytes: 2, exponentBits: 5, fractionBits: 10 },
  { name: "bf16", title: "bfloat16", bytes: 2, exponentBits: 8, fractionBits: 7 },
  { name: "f32", title: "Single precision float", bytes: 4, exponentBits: 8, fractionBits: 23 },
  { name: "f64", title: "Double precision float", bytes: 8, exponentBits: 11, fractionBits: 52 },
];

export const floatFields: readonly InspectorField[] = FORMATS.map((format) => ({
  id: format.name,
  label: format.name,
  title: format.title,
  shape: "pair",
  minBytes: format.bytes,
  maxBytes: format.bytes,
  decode: (bytes, littleEndian) => value(textOf(readUnsigned(bytes, littleEndian), format), format.bytes),
  encode: (text, littleEndian) => {
    const bits = bitsOfText(text.trim(), format);
    return typeof bits === "string" ? refused(bits) : encoded(writeUnsigned(bits, format.bytes, littleEndian));
  },
}));

function textOf(bits: bigint, format: FloatFormat): string {
  const number = numberOf(bits, format);
  if (Number.isNaN(number)) return bits === canonicalNan(format) ? "NaN" : `NaN(0x${bits.toString(16)})`;
  if (!Number.isFinite(number)) return String(number);
  if (number === 0) return Object.is(number, -0) ? "-0" : "0";
  if (format.name === "f64") return String(number);
  // The shortest decimal that comes back as the same bits.
  for (let digits = 1; digits < 17; digits++) {
    const shorter = Number(number.toPrecision(digits));
    if (bitsOf(shorter, format) === bits) return String(shorter);
  }
  return String(number);
}

/** The bits, or why there are none. */
function bitsOfText(text: string, format: FloatFormat): bigint | string {
  if (/^nan\(0x[0-9a-f]+\)$/i.test(text)) {
    const digits = text.slice("NaN(".length, -1);
    const bits = BigInt(digits);
    const fits = bits < 1n << BigInt(8 * format.bytes) && Number.isNaN(numberOf(bits, format));
    return fits ? bits : `${digits} is no NaN of ${format.name}.`;
  }
  if (/^nan$/i.test(text)) return canonicalNan(format);
  const infinity = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinity !== null) return bitsOf(infinity[1] === "-" ? -Infinity : Infinity, format);
  const plain = text.replaceAll("_", "");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return "Type a number, Infinity or NaN.";
  const number = Number(plain);
  const bits = bitsOf(number, format);
  if (!Number.isFinite(number) || !Number.isFinite(numberOf(bits, format))) {
    return `Beyond the range of ${format.name}; type Infinity if that is meant.`;
  }
  return bits;
}

function canonicalNan({ exponentBits, fractionBits }: FloatFormat): bigint {
  return ((1n << BigInt(exponentBits + 1)) - 1n) << BigInt(fractionBits - 1);
}

function numberOf(bits: bigint, { bytes, exponentBits, fractionBits }: FloatFormat): number {
  const sign = bits >> BigInt(8 * bytes - 1) === 1n ? -1 : 1;
  const exponent = Number((bits >> BigInt(fractionBits)) & ((1n << BigInt(exponentBits)) - 1n));
  const fraction = Number(bits & ((1n << BigInt(fractionBits)) - 1n));
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Infinity : NaN;
  // Each step is exact in a double; two factors, because 2^-1074 times 2^52 must not pass through a smaller number.
  if (exponent === 0) return sign * (fraction * 2 ** (1 - bias - fractionBits));
  return sign * (1 + fraction / 2 ** fractionBits) * 2 ** (exponent - bias);
}

/** Nearest value, ties to even. */
function bitsOf(number: number, { bytes, exponentBits, fractionBits }: FloatFormat): bigint {
  const sign = number < 0 || Object.is(number, -0) ? 1n << BigInt(8 * bytes - 1) : 0n;
  const bias = 2 ** (exponentBits - 1) - 1;
  const infinity = BigInt(2 ** exponentBits - 1) << BigInt(fractionBits);
  const magnitude = Math.abs(number);
  if (magnitude === Infinity) return sign + infinity;
  if (magnitude === 0) return sign;
  const exponent = Math.max(exponentOf(magnitude), 1 - bias);
  // 2^-1074 is the smallest double: divide in two steps so that the divisor does not vanish.
  const scaled = (magnitude / 2 ** exponent) * 2 ** fractionBits;
  const rounded = BigInt(roundHalfEven(scaled));
  // A carry out of the fraction moves into the exponent by itself, also from subnormal to normal and up to infinity.
  const hidden = 1n << BigInt(fractionBits);
  const biased = rounded < hidden ? rounded : (BigInt(exponent + bias) << BigInt(fractionBits)) + rounded - hidden;
  return sign + (biased > infinity ? infinity : biased);
}

function exponentOf(magnitude: number): number {
  let exponent = Math.floor(Math.log2(magnitude));
  if (2 ** exponent > magnitude) exponent -= 1;
  if (2 ** (exponent + 1) <= magnitude) exponent += 1;
  return exponent;
}

function roundHalfEven(number: number): number {
  const floor = Math.floor(number);
  const rest = number - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
