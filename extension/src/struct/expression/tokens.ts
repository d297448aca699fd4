// The words of an expression: one token at a time from any place in the text, so that the parser can read a type name
// where `>>` would be a shift. Pure. @see Kaitai Struct User Guide, "Expression language".

export type Token =
  | { readonly kind: "name"; readonly text: string; readonly start: number; readonly end: number }
  | { readonly kind: "int"; readonly value: number | bigint; readonly start: number; readonly end: number }
  | { readonly kind: "float"; readonly value: number; readonly start: number; readonly end: number }
  | { readonly kind: "str"; readonly value: string; readonly start: number; readonly end: number }
  /** `f"..."`: its text between the quotes, escapes untouched. */
  | { readonly kind: "format"; readonly start: number; readonly end: number }
  | { readonly kind: "sign"; readonly text: string; readonly start: number; readonly end: number }
  | { readonly kind: "end"; readonly start: number; readonly end: number };

export class ExpressionSyntaxError extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

const space = /[ \t\r\n]*/y;
const name = /[A-Za-z_][A-Za-z0-9_]*/y;
/** A point may end a number, unless a method's name follows, or begin one. */
const number =
  /0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:[0-9][0-9_]*(?:\.(?:[0-9][0-9_]*|(?![ \t\r\n]*[A-Za-z_.])))?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?/y;
const sign = /::|<<|>>|==|!=|<=|>=|[-+*/%&|^~<>?:()[\],.{}]/y;

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

export function skipSpace(text: string, at: number): number {
  return at + (match(space, text, at)?.length ?? 0);
}

/** The token at or after `at`. @throws ExpressionSyntaxError */
export function readToken(text: string, at: number): Token {
  const start = skipSpace(text, at);
  if (start >= text.length) return { kind: "end", start, end: start };
  const first = text.charAt(start);
  if (first === "'") return readSingleQuoted(text, start);
  if (first === '"') {
    const { value, end } = readDoubleQuoted(text, start + 1, '"');
    return { kind: "str", value, start, end: end + 1 };
  }
  if (first === "f" && text.charAt(start + 1) === '"') return { kind: "format", start, end: start + 2 };
  const word = match(name, text, start);
  if (word !== undefined) return { kind: "name", text: word, start, end: start + word.length };
  const digits = match(number, text, start);
  if (digits !== undefined) return readNumber(text, digits, start);
  const symbol = match(sign, text, start);
  if (symbol !== undefined) return { kind: "sign", text: symbol, start, end: start + symbol.length };
  throw new ExpressionSyntaxError(`unexpected '${first}'`, start);
}

function readNumber(text: string, digits: string, start: number): Token {
  const end = start + digits.length;
  const word = match(name, text, end);
  if (word !== undefined && word !== "and" && word !== "or") throw new ExpressionSyntaxError("malformed number", start);
  const plain = digits.replaceAll("_", "");
  if (!/^0[xXbBoO]/.test(plain) && /[.eE]/.test(plain)) {
    return { kind: "float", value: Number(plain), start, end };
  }
  if (/^0[xXbBoO]$/.test(plain)) throw new ExpressionSyntaxError("malformed number", start);
  return { kind: "int", value: parseInteger(plain), start, end };
}

/** @param digits without underscores; decimal, or with a 0x, 0b, 0o prefix of either case. Zeros in front are decimal. */
export function parseInteger(digits: string): number | bigint {
  const value = BigInt(/^0[0-9]/.test(digits) ? digits.replace(/^0+(?=[0-9])/, "") : digits.toLowerCase());
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

function readSingleQuoted(text: string, start: number): Token {
  const end = text.indexOf("'", start + 1);
  if (end < 0) throw new ExpressionSyntaxError("string without end", start);
  return { kind: "str", value: text.slice(start + 1, end), start, end: end + 1 };
}

const escapes = new Map([
  ["a", "\x07"],
  ["b", "\b"],
  ["t", "\t"],
  ["n", "\n"],
  ["v", "\v"],
  ["f", "\f"],
  ["r", "\r"],
  ["e", "\x1b"],
  ['"', '"'],
  ["'", "'"],
  ["\\", "\\"],
]);
const octal = /[0-7]{1,3}/y;
const unicode = /u([0-9a-fA-F]{4})/y;

/** Text up to one of `stops`, unescaped; `end` is where the stop stands. */
export function readDoubleQuoted(text: string, from: number, stops: string): { value: string; end: number } {
  const pieces: string[] = [];
  let at = from;
  for (;;) {
    const next = text.charAt(at);
    if (next === "") throw new ExpressionSyntaxError("string without end", from - 1);
    if (stops.includes(next)) return { value: pieces.join(""), end: at };
    if (next !== "\\") {
      pieces.push(next);
      at += 1;
      continue;
    }
    const { value, length } = readEscape(text, at + 1);
    pieces.push(value);
    at += 1 + length;
  }
}

function readEscape(text: string, at: number): { value: string; length: number } {
  const simple = escapes.get(text.charAt(at));
  if (simple !== undefined) return { value: simple, length: 1 };
  const code = match(octal, text, at);
  if (code !== undefined) return { value: String.fromCharCode(parseInt(code, 8)), length: code.length };
  const wide = match(unicode, text, at);
  if (wide !== undefined) return { value: String.fromCharCode(parseInt(wide.slice(1), 16)), length: 5 };
  throw new ExpressionSyntaxError(`unknown escape '\\${text.charAt(at)}'`, at - 1);
}
