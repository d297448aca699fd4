// A slow twin of the interpreter, for tests: reads a model of a template eagerly, in order, with plain arrays of bits.
// Shares no code with it. The model prints itself as .ksy text (JSON is YAML).

export type Kind =
  | { readonly kind: "int"; readonly bytes: 1 | 2 | 4 | 8; readonly signed: boolean; readonly little: boolean }
  | { readonly kind: "bits"; readonly bits: number }
  | { readonly kind: "bytes"; readonly size: Size }
  | { readonly kind: "strz" }
  | { readonly kind: "struct"; readonly type: number; readonly size: Size | undefined }
  | {
      readonly kind: "switch";
      readonly on: string;
      readonly cases: readonly { readonly when: number; readonly kind: Kind }[];
    };

/** A constant, or an earlier field modulo a constant, plus a constant. */
export type Size = { readonly base: string | undefined; readonly modulo: number; readonly plus: number };

export interface Field {
  readonly id: string;
  readonly kind: Kind;
  readonly condition: { readonly field: string; readonly modulo: number } | undefined;
  readonly repeat:
    | { readonly kind: "count"; readonly count: Size }
    | { readonly kind: "until"; readonly bits: number }
    | { readonly kind: "eos" }
    | undefined;
}

export interface Model {
  /** Type 0 is the root; a type uses only later ones. */
  readonly types: readonly (readonly Field[])[];
  readonly bitOrder: "be" | "le";
}

export class NaiveEnd extends Error {}

const sizeText = (size: Size): string =>
  size.base === undefined ? String(size.plus) : `(${size.base} % ${size.modulo}) + ${size.plus}`;

function typeText(kind: Kind): unknown {
  switch (kind.kind) {
    case "int":
      return `${kind.signed ? "s" : "u"}${kind.bytes}${kind.bytes === 1 ? "" : kind.little ? "le" : "be"}`;
    case "bits":
      return `b${kind.bits}`;
    case "bytes":
      return undefined;
    case "strz":
      return "strz";
    case "struct":
      return `t${kind.type}`;
    case "switch":
      return {
        "switch-on": `${kind.on} % 3`,
        cases: Object.fromEntries(kind.cases.map((one) => [String(one.when), typeText(one.kind)])),
      };
  }
}

export function modelText(model: Model): string {
  const seqOf = (fields: readonly Field[]): unknown[] =>
    fields.map((field) => ({
      id: field.id,
      type: typeText(field.kind),
      ...((field.kind.kind === "bytes" || field.kind.kind === "struct") &&
        field.kind.size !== undefined && { size: sizeText(field.kind.size) }),
      ...(field.condition && { if: `${field.condition.field} % ${field.condition.modulo} == 0` }),
      ...(field.repeat?.kind === "count" && { repeat: "expr", "repeat-expr": sizeText(field.repeat.count) }),
      ...(field.repeat?.kind === "eos" && { repeat: "eos" }),
      ...(field.repeat?.kind === "until" && { repeat: "until", "repeat-until": `_ % ${2 ** field.repeat.bits} == 0` }),
    }));
  const types = Object.fromEntries(
    model.types.slice(1).map((fields, index) => [`t${index + 1}`, { seq: seqOf(fields) }]),
  );
  return JSON.stringify({
    meta: { id: "t0", encoding: "ISO-8859-1", "bit-endian": model.bitOrder },
    seq: seqOf(model.types[0] ?? []),
    types,
  });
}

/** Reads the bytes of one stream; `bit` counts from its start. */
class Cursor {
  bit = 0;

  constructor(
    private readonly bytes: readonly number[],
    private readonly bitOrder: "be" | "le",
  ) {}

  align(): void {
    while (this.bit % 8 !== 0) this.bit += 1;
  }

  get atEnd(): boolean {
    return this.bit >= this.bytes.length * 8;
  }

  take(count: number): number[] {
    this.align();
    const at = this.bit / 8;
    if (at + count > this.bytes.length) throw new NaiveEnd();
    this.bit += count * 8;
    return this.bytes.slice(at, at + count);
  }

  bits(count: number): bigint {
    let value = 0n;
    for (let index = 0; index < count; index += 1) {
      const byte = this.bytes[Math.floor(this.bit / 8)];
      if (byte === undefined) throw new NaiveEnd();
      const within = this.bit % 8;
      if (this.bitOrder === "be") value = value * 2n + BigInt(Math.floor(byte / 2 ** (7 - within)) % 2);
      else value += BigInt(Math.floor(byte / 2 ** within) % 2) * 2n ** BigInt(index);
      this.bit += 1;
    }
    return value;
  }
}

/** Values as the tests compare them: integers as decimal text, bytes as hex, structs as objects. */
export function readNaively(model: Model, bytes: readonly number[]): unknown {
  return new Reader(model).struct(0, new Cursor(bytes, model.bitOrder));
}

const floorMod = (a: bigint, b: number): bigint => ((a % BigInt(b)) + BigInt(b)) % BigInt(b);

class Reader {
  constructor(private readonly model: Model) {}

  struct(type: number, cursor: Cursor): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    const ints = new Map<string, bigint>();
    let afterBits = false;
    for (const field of this.model.types[type] ?? []) {
      const isBits = field.kind.kind === "bits";
      if (afterBits && !isBits) cursor.align();
      values[field.id] = this.field(field, cursor, ints);
      afterBits = isBits;
    }
    return values;
  }

  private size(size: Size, ints: ReadonlyMap<string, bigint>): number {
    if (size.base === undefined) return size.plus;
    return Number(floorMod(ints.get(size.base) ?? 0n, size.modulo)) + size.plus;
  }

  private field(field: Field, cursor: Cursor, ints: Map<string, bigint>): unknown {
    if (field.condition && floorMod(ints.get(field.condition.field) ?? 0n, field.condition.modulo) !== 0n) return null;
    if (field.repeat === undefined) return this.one(field, field.kind, cursor, ints);
    const items: unknown[] = [];
    const { repeat } = field;
    if (repeat.kind === "count") {
      const count = this.size(repeat.count, ints);
      for (let index = 0; index < count; index += 1)
        this.add(items, this.one(field, field.kind, cursor, new Map(ints)));
    } else if (repeat.kind === "eos") {
      while (!cursor.atEnd) this.add(items, this.one(field, field.kind, cursor, new Map(ints)));
    } else {
      for (;;) {
        const value = this.one(field, field.kind, cursor, new Map(ints));
        items.push(value);
        if (floorMod(BigInt(value as string), 2 ** repeat.bits) === 0n) break;
      }
    }
    return items;
  }

  /** A switch without a case that holds makes no element. */
  private add(items: unknown[], value: unknown): void {
    if (value !== null) items.push(value);
  }

  private one(field: Field, kind: Kind, cursor: Cursor, ints: Map<string, bigint>): unknown {
    switch (kind.kind) {
      case "int": {
        const bytes = cursor.take(kind.bytes);
        const ordered = kind.little ? bytes.reverse() : bytes;
        let value = ordered.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
        if (kind.signed && value >= 2n ** BigInt(kind.bytes * 8 - 1)) value -= 2n ** BigInt(kind.bytes * 8);
        ints.set(field.id, value);
        return String(value);
      }
      case "bits": {
        const value = cursor.bits(kind.bits);
        ints.set(field.id, value);
        return kind.bits === 1 ? value === 1n : String(value);
      }
      case "bytes":
        return hexOf(cursor.take(this.size(kind.size, ints)));
      case "strz": {
        const text: number[] = [];
        for (;;) {
          const [byte = 0] = cursor.take(1);
          if (byte === 0) return `s${hexOf(text)}`;
          text.push(byte);
        }
      }
      case "struct": {
        if (kind.size === undefined) return this.struct(kind.type, cursor);
        return this.struct(kind.type, new Cursor(cursor.take(this.size(kind.size, ints)), this.model.bitOrder));
      }
      case "switch": {
        const value = floorMod(ints.get(kind.on) ?? 0n, 3);
        const match = kind.cases.find((one) => BigInt(one.when) === value);
        return match === undefined ? null : this.one(field, match.kind, cursor, new Map(ints));
      }
    }
  }
}

export function hexOf(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
