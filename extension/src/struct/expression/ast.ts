// The tree of an expression. Plain data; knows nothing of types, scopes or values.

export interface TypeName {
  /** `["foo", "bar"]` of `foo::bar`. */
  readonly path: readonly string[];
  readonly absolute: boolean;
  /** How many `[]` follow. */
  readonly arrays: number;
}

export type BinaryOperator =
  "+" | "-" | "*" | "/" | "%" | "<<" | ">>" | "&" | "|" | "^" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "and" | "or";

export type UnaryOperator = "-" | "+" | "~" | "not";

export type Expression =
  | { readonly kind: "int"; readonly value: number | bigint }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "str"; readonly value: string }
  | { readonly kind: "format"; readonly parts: readonly (string | Expression)[] }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "enum"; readonly path: readonly string[]; readonly label: string; readonly absolute: boolean }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "choice"; readonly condition: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: "attribute"; readonly target: Expression; readonly name: string }
  | { readonly kind: "call"; readonly target: Expression; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "index"; readonly target: Expression; readonly index: Expression }
  | { readonly kind: "cast"; readonly target: Expression; readonly type: TypeName }
  | { readonly kind: "sizeof"; readonly bits: boolean; readonly type: TypeName };
