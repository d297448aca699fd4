// The expressions of Go to Offset: 0x1000+4*16, 1F00h, 4K, end-16, cursor+8, 50%, and relative ones such as +0x10 or -16.
// Exact (bigint), never evaluated as code, bounded in time whatever the text. Pure.
import { readNumberLiteral } from "./numberLiteral";

/** What the names in an expression stand for: bytes. */
export interface OffsetContext {
  readonly cursor: number;
  readonly size: number;
  /** Of a program. */
  readonly addresses?: OffsetAddresses;
}

/** Where the addresses of a program lead in its file; undefined: nowhere. */
export interface OffsetAddresses {
  readonly base: bigint;
  /** @param rva relative to the base */
  offsetOf(rva: number): number | undefined;
  sectionStart(name: string): number | undefined;
  /** Of a file that holds several programs: each with addresses of its own. */
  readonly programs?: readonly ProgramAddresses[];
}

export interface ProgramAddresses {
  /** What people call it: "arm64". Lower case. */
  readonly names: readonly string[];
  /** Its bytes. */
  readonly start: number;
  readonly end: number;
  readonly addresses: OffsetAddresses;
}

export type OffsetResult =
  | { readonly ok: true; readonly offset: number }
  /** `position`: characters from the start of the text to what is wrong. */
  | { readonly ok: false; readonly message: string; readonly position: number };

const MAX_TEXT = 500;
const MAX_DEPTH = 50;
/** No offset needs more; a larger shift would only make numbers that fill the memory. */
const MAX_SHIFT = 64n;
const OUT_OF_REACH = 1n << 1024n;

class Mistake extends Error {
  constructor(
    message: string,
    readonly position: number,
  ) {
    super(message);
  }
}

/** Grammar, loosest first, as in C: `a << b`, `a + b`, `a - b`, `a * b`, `a / b` (rounded down), unary `-` and `+`, parentheses.
 *  Atoms: numbers (see numberLiteral.ts), N% of the size, `cursor`, `start` (0), `end` (the size).
 *  A text that begins with + or - is relative to the cursor. Of a program: `rva:` or `va:` and an address, `section:.text` and
 *  what is added to its start; of a file of several programs those of the one at the cursor, or of the one that is named before:
 *  `arm64:va:0x1000`. The result must lie in 0..size. */
export function evaluateOffset(text: string, context: OffsetContext): OffsetResult {
  try {
    const value = new Parser(text, context).parse();
    const leading = text.length - text.trimStart().length;
    if (value < 0n) throw new Mistake(`${shown(value)} is before the start`, leading);
    if (value > BigInt(context.size)) {
      throw new Mistake(`${shown(value)} is past the end, ${shown(BigInt(context.size))}`, leading);
    }
    return { ok: true, offset: Number(value) };
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return { ok: false, message: error.message, position: error.position };
  }
}

function shown(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString(16).toUpperCase();
  if (digits.length > 20) return value < 0n ? "a huge negative number" : "a huge number";
  return `${value < 0n ? "-" : ""}0x${digits}`;
}

class Parser {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly text: string,
    private readonly context: OffsetContext,
  ) {
    if (text.length > MAX_TEXT) throw new Mistake(`longer than ${MAX_TEXT} characters`, MAX_TEXT);
  }

  parse(): bigint {
    this.skipSpace();
    if (this.at === this.text.length) throw new Mistake("an offset is missing", this.at);
    const inProgram = this.address();
    if (inProgram !== undefined) return inProgram;
    const relative = this.text[this.at] === "+" || this.text[this.at] === "-";
    return relative ? this.whole(BigInt(this.context.cursor)) : this.whole();
  }

  /** `rva:`, `va:` and `section:` stand at the start; what follows is one expression. */
  private address(): bigint | undefined {
    const [, program, prefix] = /^(?:([^\s:]+):)?(rva|va|section):/i.exec(this.text.slice(this.at)) ?? [];
    if (prefix === undefined) return undefined;
    const addresses = this.addressesOf(program);
    this.advance(prefix.length + 1 + (program === undefined ? 0 : program.length + 1));
    const position = this.at;
    if (prefix.toLowerCase() === "section") {
      const name = /^[^\s+*/<()]+/.exec(this.text.slice(this.at))?.[0] ?? "";
      const start = addresses.sectionStart(name);
      if (start === undefined) throw new Mistake(`there is no section "${name}"`, position);
      this.advance(name.length);
      return this.whole(BigInt(start));
    }
    const address = this.whole() - (prefix.toLowerCase() === "va" ? addresses.base : 0n);
    const reachable = address >= 0n && address <= BigInt(Number.MAX_SAFE_INTEGER);
    const offset = reachable ? addresses.offsetOf(Number(address)) : undefined;
    if (offset === undefined) throw new Mistake("the file holds nothing for this address", position);
    return BigInt(offset);
  }

  /** @param name of a program among several; without one, the one that the cursor is in. */
  private addressesOf(name: string | undefined): OffsetAddresses {
    const { addresses, cursor } = this.context;
    if (addresses === undefined) throw new Mistake("this file is no program whose addresses are known", this.at);
    const { programs = [] } = addresses;
    if (name === undefined) {
      return programs.find(({ start, end }) => cursor >= start && cursor < end)?.addresses ?? addresses;
    }
    const named = programs.find(({ names }) => names.includes(name.toLowerCase()));
    if (named !== undefined) return named.addresses;
    const known = programs.map(({ names }) => names[0] ?? "").join(", ");
    throw new Mistake(
      `there is no program "${name}" in this file${known === "" ? "" : `; there are: ${known}`}`,
      this.at,
    );
  }

  private whole(left?: bigint): bigint {
    const value = this.shift(left);
    if (this.at < this.text.length) throw this.unexpected();
    return value;
  }

  /** @param left the operand before the first operator, when it is already known (the cursor). */
  private shift(left?: bigint): bigint {
    let value = this.sum(left);
    for (;;) {
      const position = this.at;
      if (!this.take("<<")) return value;
      const count = this.sum();
      if (count < 0n || count > MAX_SHIFT) throw new Mistake(`a shift must be from 0 to ${MAX_SHIFT}`, position);
      value = this.bounded(value * 2n ** count, position);
    }
  }

  private sum(left?: bigint): bigint {
    let value = left ?? this.product();
    for (;;) {
      const position = this.at;
      if (this.take("+")) value = this.bounded(value + this.product(), position);
      else if (this.take("-")) value = this.bounded(value - this.product(), position);
      else return value;
    }
  }

  private product(): bigint {
    let value = this.unary();
    for (;;) {
      const position = this.at;
      if (this.take("*")) value = this.bounded(value * this.unary(), position);
      else if (this.take("/")) value = this.quotient(value, this.unary(), position);
      else return value;
    }
  }

  private quotient(value: bigint, divisor: bigint, position: number): bigint {
    if (divisor === 0n) throw new Mistake("division by zero", position);
    const cut = value / divisor;
    const rounded = value % divisor !== 0n && value < 0n !== divisor < 0n;
    return rounded ? cut - 1n : cut;
  }

  private unary(): bigint {
    let negative = false;
    for (;;) {
      if (this.take("-")) negative = !negative;
      else if (!this.take("+")) break;
    }
    const value = this.atom();
    return negative ? -value : value;
  }

  private atom(): bigint {
    const position = this.at;
    if (this.take("(")) return this.group(position);
    const name = /^[a-z]+/i.exec(this.text.slice(this.at))?.[0];
    if (name !== undefined) return this.named(name);
    if (!/^[0-9]/.test(this.text.slice(this.at))) throw this.unexpected();
    return this.number();
  }

  private group(opened: number): bigint {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new Mistake(`more than ${MAX_DEPTH} nested parentheses`, opened);
    const value = this.shift();
    if (!this.take(")")) {
      if (this.at < this.text.length) throw this.unexpected();
      throw new Mistake("this parenthesis is not closed", opened);
    }
    this.depth -= 1;
    return value;
  }

  private named(name: string): bigint {
    const values: Readonly<Record<string, number>> = { cursor: this.context.cursor, start: 0, end: this.context.size };
    const word = name.toLowerCase();
    const value = Object.hasOwn(values, word) ? values[word] : undefined;
    if (value === undefined) {
      const hex = /^[0-9a-f]+$/i.exec(/^[0-9a-z]+/i.exec(this.text.slice(this.at))?.[0] ?? "")?.[0];
      const hint = hex === undefined ? "; known names: cursor, start, end" : `; hex is written 0x${hex}`;
      throw new Mistake(`"${hex ?? name}" is not a number${hint}`, this.at);
    }
    this.advance(name.length);
    return BigInt(value);
  }

  private number(): bigint {
    const position = this.at;
    const literal = readNumberLiteral(this.text.slice(position));
    if (typeof literal === "string") throw new Mistake(literal, position);
    this.advance(literal.length);
    const whole = literal.digits * literal.unit;
    const scale = 10n ** BigInt(literal.places);
    if (this.take("%")) return (whole * BigInt(this.context.size)) / (scale * 100n);
    if (whole % scale !== 0n) throw new Mistake("not a whole number of bytes", position);
    return this.bounded(whole / scale, position);
  }

  private bounded(value: bigint, position: number): bigint {
    if (value > OUT_OF_REACH || value < -OUT_OF_REACH) throw new Mistake("the number gets too large", position);
    return value;
  }

  private take(symbol: string): boolean {
    if (!this.text.startsWith(symbol, this.at)) return false;
    this.advance(symbol.length);
    return true;
  }

  private advance(length: number): void {
    this.at += length;
    this.skipSpace();
  }

  private skipSpace(): void {
    while (/^\s$/.test(this.text[this.at] ?? "")) this.at += 1;
  }

  private unexpected(): Mistake {
    const symbol = this.text[this.at];
    return symbol === undefined
      ? new Mistake("something is missing at the end", this.at)
      : new Mistake(`"${symbol}" does not belong here`, this.at);
  }
}
