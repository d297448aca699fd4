// Needles looked for in a window of bytes without the addon: what is written out byte for byte, and numbers. Patterns are not.
import type { Needle, ValueType } from "../../../../native/binding/index";
import { EngineError } from "../engineError";

export interface Matcher {
  /** Bytes of each match. */
  readonly length: number;
  /** The first match at `from` or behind it; -1: none. @param offset of the window */
  next(bytes: Uint8Array, from: number, offset: number): number;
}

/** @throws EngineError "unsupported": a pattern; "invalid-argument", "too-large". */
export function matcherOf(needle: Needle): Matcher {
  switch (needle.kind) {
    case "bytes":
      return bytesMatcher(needle);
    case "folded":
      return foldedMatcher(needle);
    case "range":
      return rangeMatcher(needle);
    case "differ": {
      const { pattern, origin } = needle;
      if (pattern.length === 0) throw new EngineError("invalid-argument", "the pattern is empty");
      const phaseOf = (at: number): number => (((at - origin) % pattern.length) + pattern.length) % pattern.length;
      return testing(1, 1, (bytes, at, offset) => bytes[at] !== pattern[phaseOf(offset + at)]);
    }
    case "regex":
      throw new EngineError("unsupported", "Patterns and lists of strings need the native core of Terahex");
    default:
      return needle satisfies never;
  }
}

function bytesMatcher({ value, mask, align = 1 }: Extract<Needle, { kind: "bytes" }>): Matcher {
  const { length } = value;
  checkLength(length);
  if (mask === undefined && align === 1) return { length, next: (bytes, from) => indexOf(bytes, value, from) };
  const bits = mask ?? new Uint8Array(length).fill(0xff);
  if (bits.length !== length) throw new EngineError("invalid-argument", "the mask has another length than the value");
  return testing(length, align, (bytes, at) => {
    for (let i = 0; i < length; i++) if ((bytes[at + i]! & bits[i]!) !== (value[i]! & bits[i]!)) return false;
    return true;
  });
}

function foldedMatcher({ places, align = 1 }: Extract<Needle, { kind: "folded" }>): Matcher {
  const length = places.reduce((sum, [first]) => sum + (first?.length ?? 0), 0);
  checkLength(length);
  const starts = new Uint8Array(256);
  for (const spelling of places[0] ?? []) starts[spelling[0]!] = 1;
  const fits = (bytes: Uint8Array, at: number, spelling: Uint8Array): boolean =>
    spelling.every((byte, i) => bytes[at + i] === byte);
  return testing(length, align, (bytes, at) => {
    if (starts[bytes[at]!] === 0) return false;
    let behind = at;
    for (const spellings of places) {
      if (!spellings.some((spelling) => fits(bytes, behind, spelling))) return false;
      behind += spellings[0]!.length;
    }
    return true;
  });
}

function rangeMatcher({ type, low, high, align = 1 }: Extract<Needle, { kind: "range" }>): Matcher {
  const valueOf = reader(type);
  return testing(Number(type[1]), align, (bytes, at) => {
    const value = valueOf(new DataView(bytes.buffer, bytes.byteOffset + at));
    return value >= low && value <= high;
  });
}

/** Of integers as of floats: comparing a number with a bigint is exact. */
function reader(type: ValueType): (view: DataView) => number | bigint {
  const little = !type.endsWith("be");
  switch (type.slice(0, 2)) {
    case "u1":
      return (view) => view.getUint8(0);
    case "s1":
      return (view) => view.getInt8(0);
    case "u2":
      return (view) => view.getUint16(0, little);
    case "s2":
      return (view) => view.getInt16(0, little);
    case "u4":
      return (view) => view.getUint32(0, little);
    case "s4":
      return (view) => view.getInt32(0, little);
    case "u8":
      return (view) => view.getBigUint64(0, little);
    case "s8":
      return (view) => view.getBigInt64(0, little);
    case "f4":
      return (view) => view.getFloat32(0, little);
    default:
      return (view) => view.getFloat64(0, little);
  }
}

type Test = (bytes: Uint8Array, at: number, offset: number) => boolean;

function testing(length: number, align: number, test: Test): Matcher {
  if (!Number.isInteger(align) || align < 1) throw new EngineError("invalid-argument", "align must be from 1 on");
  return {
    length,
    next: (bytes, from, offset) => {
      const first = from + ((align - ((offset + from) % align)) % align);
      for (let at = first; at <= bytes.length - length; at += align) if (test(bytes, at, offset)) return at;
      return -1;
    },
  };
}

/** As the addon has it. */
const LONGEST = 64 * 1024;

function checkLength(length: number): void {
  if (length === 0) throw new EngineError("invalid-argument", "Nothing to search for");
  if (length > LONGEST) throw new EngineError("too-large", "at most 64 KiB can be searched for");
}

/** Node's own search is many times faster than a loop, and not everywhere. */
function indexOf(bytes: Uint8Array, value: Uint8Array, from: number): number {
  const { Buffer: node } = globalThis as { Buffer?: typeof Buffer };
  if (node !== undefined) {
    return node.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(value, from);
  }
  const [first = 0] = value;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let i = 1;
    while (i < value.length && bytes[at + i] === value[i]) i += 1;
    if (i === value.length) return at;
  }
  return -1;
}
