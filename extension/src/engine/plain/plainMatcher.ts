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
      return testing(1, 1, ANY, (bytes, at, offset) => bytes[at] !== pattern[phaseOf(offset + at)]);
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
  const starts = Uint8Array.from({ length: 256 }, (_, byte) => ((byte & bits[0]!) === (value[0]! & bits[0]!) ? 1 : 0));
  return testing(length, align, starts, (bytes, at) => {
    for (let i = 1; i < length; i++) if ((bytes[at + i]! & bits[i]!) !== (value[i]! & bits[i]!)) return false;
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
  return testing(length, align, starts, (bytes, at) => {
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
  // Comparing with a bigint is slow; 32 bits fit a number.
  const [least, most] = type.endsWith("8le") || type.endsWith("8be") ? [low, high] : [Number(low), Number(high)];
  let view: DataView = new DataView(new ArrayBuffer(8));
  return testing(Number(type[1]), align, ANY, (bytes, at) => {
    // One for each window, not for each byte.
    if (view.buffer !== bytes.buffer) view = new DataView(bytes.buffer, bytes.byteOffset);
    const value = valueOf(view, at);
    return value >= least && value <= most;
  });
}

/** Of integers as of floats: comparing a number with a bigint is exact. */
function reader(type: ValueType): (view: DataView, at: number) => number | bigint {
  const little = !type.endsWith("be");
  switch (type.slice(0, 2)) {
    case "u1":
      return (view, at) => view.getUint8(at);
    case "s1":
      return (view, at) => view.getInt8(at);
    case "u2":
      return (view, at) => view.getUint16(at, little);
    case "s2":
      return (view, at) => view.getInt16(at, little);
    case "u4":
      return (view, at) => view.getUint32(at, little);
    case "s4":
      return (view, at) => view.getInt32(at, little);
    case "u8":
      return (view, at) => view.getBigUint64(at, little);
    case "s8":
      return (view, at) => view.getBigInt64(at, little);
    case "f4":
      return (view, at) => view.getFloat32(at, little);
    default:
      return (view, at) => view.getFloat64(at, little);
  }
}

type Test = (bytes: Uint8Array, at: number, offset: number) => boolean;

/** Any byte may begin a match. */
const ANY = new Uint8Array(256).fill(1);

/** @param starts 1 for each byte that may begin a match: most places are passed over without a call */
function testing(length: number, align: number, starts: Uint8Array, test: Test): Matcher {
  if (!Number.isInteger(align) || align < 1) throw new EngineError("invalid-argument", "align must be from 1 on");
  return {
    length,
    next: (bytes, from, offset) => {
      const first = from + ((align - ((offset + from) % align)) % align);
      for (let at = first; at <= bytes.length - length; at += align) {
        if (starts[bytes[at]!] === 1 && test(bytes, at, offset)) return at;
      }
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
