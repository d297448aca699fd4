// Text of an expression -> tree. Precedence, loosest first: ?:, or, and, not, comparisons, |, ^, &, shifts, sums, products,
// signs, then calls, subscripts and members. Pure. @see Kaitai Struct User Guide, "Operators", "Methods".
import type { BinaryOperator, Expression, TypeName } from "./ast";
import { ExpressionSyntaxError, readDoubleQuoted, readToken, skipSpace, type Token } from "./tokens";

/** Trees deeper than this are refused: what evaluates them recurses. */
const maxNesting = 100;
const maxLength = 100_000;

const levels: readonly (readonly BinaryOperator[])[] = [
  ["==", "!=", "<=", ">=", "<", ">"],
  ["|"],
  ["^"],
  ["&"],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];

/** @throws ExpressionSyntaxError */
export function parseExpression(text: string): Expression {
  const parser = new Parser(text);
  const result = parser.choice();
  parser.expectEnd();
  return result;
}

/** `name`, `a::b`, `name(arg, arg)`, `name[]`: the type of a field, with what is passed to it. @throws ExpressionSyntaxError */
export function parseTypeReference(text: string): { readonly type: TypeName; readonly args: readonly Expression[] } {
  const parser = new Parser(text);
  const type = parser.typeName();
  const args = parser.args();
  parser.expectEnd();
  return { type, args: args ?? [] };
}

/** `xor(key)`, `zlib`, `com.example.decoder(1, 2)`. @throws ExpressionSyntaxError */
export function parseProcess(text: string): { readonly name: string; readonly args: readonly Expression[] } {
  const parser = new Parser(text);
  const words = [parser.name()];
  while (parser.takeSign(".")) words.push(parser.name());
  const args = parser.args();
  parser.expectEnd();
  return { name: words.join("."), args: args ?? [] };
}

class Parser {
  #at = 0;
  #nesting = 0;
  #token: Token | undefined;

  constructor(private readonly text: string) {
    if (text.length > maxLength) throw new ExpressionSyntaxError("expression too long", 0);
  }

  #peek(): Token {
    return (this.#token ??= readToken(this.text, this.#at));
  }

  #advance(): Token {
    const token = this.#peek();
    this.#at = token.end;
    this.#token = undefined;
    return token;
  }

  #isSign(text: string): boolean {
    const token = this.#peek();
    return token.kind === "sign" && token.text === text;
  }

  #isName(text: string): boolean {
    const token = this.#peek();
    return token.kind === "name" && token.text === text;
  }

  takeSign(text: string): boolean {
    if (!this.#isSign(text)) return false;
    this.#advance();
    return true;
  }

  #expect(text: string): void {
    if (!this.takeSign(text)) this.#fail(`expected '${text}'`);
  }

  expectEnd(): void {
    if (this.#peek().kind !== "end") this.#fail("unexpected text");
  }

  #fail(message: string): never {
    throw new ExpressionSyntaxError(message, this.#peek().start);
  }

  name(): string {
    const token = this.#advance();
    if (token.kind !== "name") throw new ExpressionSyntaxError("expected a name", token.start);
    return token.text;
  }

  #deeper<T>(parse: () => T): T {
    this.#nesting += 1;
    if (this.#nesting > maxNesting) this.#fail("expression nested too deeply");
    const result = parse();
    this.#nesting -= 1;
    return result;
  }

  choice(): Expression {
    return this.#deeper(() => {
      const condition = this.#or();
      if (!this.takeSign("?")) return condition;
      const yes = this.choice();
      this.#expect(":");
      const no = this.choice();
      return { kind: "choice", condition, yes, no };
    });
  }

  #or(): Expression {
    let left = this.#and();
    for (let count = 0; this.#isName("or"); count += 1) {
      this.#boundChain(count);
      this.#advance();
      left = { kind: "binary", operator: "or", left, right: this.#and() };
    }
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    for (let count = 0; this.#isName("and"); count += 1) {
      this.#boundChain(count);
      this.#advance();
      left = { kind: "binary", operator: "and", left, right: this.#not() };
    }
    return left;
  }

  #not(): Expression {
    if (!this.#isName("not")) return this.#binary(0);
    this.#advance();
    return this.#deeper(() => ({ kind: "unary", operator: "not", operand: this.#not() }));
  }

  #binary(level: number): Expression {
    const operators = levels[level];
    if (operators === undefined) return this.#signed();
    let left = this.#binary(level + 1);
    for (let count = 0; ; count += 1) {
      const operator = operators.find((sign) => this.#isSign(sign));
      if (operator === undefined) return left;
      this.#boundChain(count);
      this.#advance();
      left = { kind: "binary", operator, left, right: this.#binary(level + 1) };
    }
  }

  /** `a + a + a ...` makes a tree as deep as it is long. */
  #boundChain(count: number): void {
    if (count > 500) this.#fail("expression too long");
  }

  #signed(): Expression {
    for (const operator of ["-", "+", "~"] as const) {
      if (!this.takeSign(operator)) continue;
      return this.#deeper(() => ({ kind: "unary", operator, operand: this.#signed() }));
    }
    return this.#members();
  }

  #members(): Expression {
    let target = this.#atom();
    for (let count = 0; ; count += 1) {
      this.#boundChain(count);
      if (this.takeSign(".")) target = this.#member(target);
      else if (this.takeSign("[")) {
        const index = this.choice();
        this.#expect("]");
        target = { kind: "index", target, index };
      } else return target;
    }
  }

  #member(target: Expression): Expression {
    const name = this.name();
    if (name === "as" && this.#isSign("<")) return { kind: "cast", target, type: this.#bracketedType() };
    const args = this.args();
    return args === undefined ? { kind: "attribute", target, name } : { kind: "call", target, name, args };
  }

  /** What stands in brackets after a name; undefined without brackets. */
  args(): Expression[] | undefined {
    if (!this.takeSign("(")) return undefined;
    return this.#list(")");
  }

  #list(close: string): Expression[] {
    const items: Expression[] = [];
    while (!this.takeSign(close)) {
      if (items.length > 0) this.#expect(",");
      if (items.length > 0 && this.takeSign(close)) break;
      items.push(this.choice());
    }
    return items;
  }

  #atom(): Expression {
    const token = this.#advance();
    switch (token.kind) {
      case "int":
        return { kind: "int", value: token.value };
      case "float":
        return { kind: "float", value: token.value };
      case "str":
        return this.#strings(token.value);
      case "format":
        return this.#format(token.end);
      case "name":
        return this.#named(token.text);
      case "sign":
        return this.#bracketed(token.text, token.start);
      case "end":
        throw new ExpressionSyntaxError("expression ends too early", token.start);
    }
  }

  /** Strings side by side are one string. */
  #strings(first: string): Expression {
    const pieces = [first];
    for (;;) {
      const token = this.#peek();
      if (token.kind !== "str") return { kind: "str", value: pieces.join("") };
      pieces.push(token.value);
      this.#advance();
    }
  }

  #bracketed(text: string, start: number): Expression {
    if (text === "(") {
      const inner = this.choice();
      this.#expect(")");
      return inner;
    }
    if (text === "[") return { kind: "list", items: this.#list("]") };
    if (text === "::") return this.#enumLiteral([this.name()], true);
    throw new ExpressionSyntaxError(`unexpected '${text}'`, start);
  }

  #named(name: string): Expression {
    if (name === "true" || name === "false") return { kind: "bool", value: name === "true" };
    if ((name === "sizeof" || name === "bitsizeof") && this.#isSign("<")) {
      return { kind: "sizeof", bits: name === "bitsizeof", type: this.#bracketedType() };
    }
    if (this.#isSign("::")) return this.#enumLiteral([name], false);
    if (name === "and" || name === "or" || name === "not") this.#fail(`misplaced '${name}'`);
    return { kind: "name", name };
  }

  #enumLiteral(path: string[], absolute: boolean): Expression {
    while (this.takeSign("::")) path.push(this.name());
    const label = path.pop();
    if (label === undefined || path.length === 0) this.#fail("expected '::' and an enum member");
    return { kind: "enum", path, label, absolute };
  }

  #bracketedType(): TypeName {
    this.#expect("<");
    const type = this.typeName();
    // Read by hand: the tokens would take `>>` for a shift.
    const at = skipSpace(this.text, this.#at);
    if (this.text.charAt(at) !== ">") this.#fail("expected '>'");
    this.#at = at + 1;
    this.#token = undefined;
    return type;
  }

  typeName(): TypeName {
    const absolute = this.takeSign("::");
    const path = [this.name()];
    while (this.takeSign("::")) path.push(this.name());
    let arrays = 0;
    while (this.takeSign("[")) {
      this.#expect("]");
      arrays += 1;
      if (arrays > 8) this.#fail("too many '[]'");
    }
    // A peeked token may be the `>` or `>>` that closes a type: forget it, the caller reads characters.
    this.#token = undefined;
    return { path, absolute, arrays };
  }

  #format(from: number): Expression {
    const parts: (string | Expression)[] = [];
    let at = from;
    for (;;) {
      const { value, end } = readDoubleQuoted(this.text, at, '"{}');
      if (value !== "") parts.push(value);
      const stop = this.text.charAt(end);
      at = end + 1;
      if (stop === '"') break;
      if (this.text.charAt(at) === stop) {
        parts.push(stop);
        at += 1;
        continue;
      }
      if (stop === "}") throw new ExpressionSyntaxError("single '}' in a format string", end);
      this.#at = at;
      this.#token = undefined;
      parts.push(this.choice());
      this.#expect("}");
      at = this.#at;
    }
    this.#at = at;
    this.#token = undefined;
    return { kind: "format", parts };
  }
}
