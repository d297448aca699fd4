// The tree of an expression. Plain data and its height; knows nothing of types, scopes or values.

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

/** How many nodes lie on the longest way down. */
export function heightOf(tree: Expression): number {
  return 1 + Math.max(0, ...partsOf(tree).map(heightOf));
}

export function partsOf(tree: Expression): readonly Expression[] {
  switch (tree.kind) {
    case "format":
      return tree.parts.filter((part) => typeof part !== "string");
    case "list":
      return tree.items;
    case "unary":
      return [tree.operand];
    case "binary":
      return [tree.left, tree.right];
    case "choice":
      return [tree.condition, tree.yes, tree.no];
    case "attribute":
    case "cast":
      return [tree.target];
    case "call":
      return [tree.target, ...tree.args];
    case "index":
      return [tree.target, tree.index];
    default:
      return [];
  }
}
