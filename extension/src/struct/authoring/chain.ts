// The piece of an expression that ends at a cursor: `header.items[0].`, `kind::`, `x.as<foo`. Read backwards, because what
// stands before it may be unfinished. Pure.

export type Chain =
  | { readonly kind: "name"; readonly word: string }
  /** `target.word` */
  | { readonly kind: "member"; readonly target: string; readonly word: string }
  /** `a::b::word` */
  | { readonly kind: "scoped"; readonly path: readonly string[]; readonly word: string }
  /** `as<word`, `sizeof<word` */
  | { readonly kind: "type"; readonly word: string }
  | { readonly kind: "none" };

export function chainBefore(text: string): Chain {
  if (isInString(text)) return { kind: "none" };
  const word = /[A-Za-z_][A-Za-z0-9_]*$/.exec(text)?.[0] ?? "";
  const before = text.slice(0, text.length - word.length);
  if (/[0-9]$/.test(before)) return { kind: "none" };
  const type = /\b(?:as|sizeof|bitsizeof)<\s*((?:\w*::)*)$/.exec(before);
  if (type !== null) return { kind: "type", word: `${type[1] ?? ""}${word}` };
  const scoped = /(?:\b[a-z]\w*)(?:::[a-z]\w*)*::$/.exec(before)?.[0];
  if (scoped !== undefined) return { kind: "scoped", path: scoped.split("::").slice(0, -1), word };
  if (/\.\s*$/.test(before)) {
    const target = targetBefore(before.replace(/\.\s*$/, ""));
    return target === "" ? { kind: "none" } : { kind: "member", target, word };
  }
  return { kind: "name", word };
}

/** Strings of expressions have no ends of the other kind in them. */
function isInString(text: string): boolean {
  return /['"]/.test(text.replace(/'[^']*'|"(?:[^"\\]|\\.)*"/g, ""));
}

/** The longest run of names, calls, subscripts and casts that ends where the text does. */
function targetBefore(text: string): string {
  let at = text.length;
  for (;;) {
    let end = at;
    while (/\s/.test(text.charAt(end - 1))) end -= 1;
    const close = text.charAt(end - 1);
    if (close === ")" || close === "]" || close === ">") {
      const open = openOf(text, end - 1);
      if (open === undefined) return text.slice(at).trim();
      at = open;
      // A bracket alone is an expression; after a name it is a call or a subscript.
      if (!/[\w)\]>]\s*$/.test(text.slice(0, at))) return text.slice(at).trim();
      continue;
    }
    const word = /(?:(?:[A-Za-z_]\w*)?::)*[A-Za-z_]\w*$|[0-9]\w*$|"(?:[^"\\]|\\.)*"$|'[^']*'$/.exec(
      text.slice(0, end),
    )?.[0];
    if (word === undefined) return text.slice(at).trim();
    at = end - word.length;
    const rest = text.slice(0, at);
    if (!/\.\s*$/.test(rest)) return text.slice(at).trim();
    at = rest.search(/\.\s*$/);
  }
}

const pairs: Readonly<Record<string, string>> = { ")": "(", "]": "[", ">": "<" };

function openOf(text: string, close: number): number | undefined {
  const shut = text.charAt(close);
  let depth = 0;
  for (let at = close; at >= 0; at -= 1) {
    if (text.charAt(at) === shut) depth += 1;
    else if (text.charAt(at) === pairs[shut]) depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}
