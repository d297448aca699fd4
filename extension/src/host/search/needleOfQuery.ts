// What a person typed into the find bar as the engine's needle, or what is wrong with it and where. Pure.
import type { FindProblem, FindQuery } from "../../../../shared/findProtocol";
import { EngineError } from "../../engine/engineError";
import { hexNeedle, valueNeedle, type Needle } from "../../engine/scanNeedle";
import { textNeedle } from "../../engine/textNeedle";

export type QueriedNeedle =
  | { readonly needle: Needle; /** Of each hit; 0: they differ. */ readonly length: number }
  | { readonly problem: FindProblem };

/** @param origin where a repeated pattern begins. */
export function needleOfQuery(query: FindQuery, origin: number): QueriedNeedle {
  const problem = query.kind === "hex" || query.kind === "differs" ? hexProblem(query.text) : undefined;
  if (problem !== undefined) return { problem };
  try {
    const needle = build(query, origin);
    return { needle, length: lengthOf(needle) };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { problem: { message: error.message } };
  }
}

/** What is to stand in the place of hits, written as the needle was; of a pattern, text. Nothing: they are taken out. */
export function replacementOf(text: string, query: FindQuery): Uint8Array | { readonly problem: FindProblem } {
  if (text.trim() === "" && (text === "" || query.kind !== "text")) return new Uint8Array(0);
  const kind = query.kind === "differs" ? "hex" : query.kind === "strings" ? "text" : query.kind;
  const plain = { ...query, kind: kind === "regex" ? "text" : kind, text, matchCase: true, aligned: false } as const;
  const made = needleOfQuery(kind === "regex" ? { ...plain, encoding: "utf-8" } : plain, 0);
  if ("problem" in made) return made;
  const { needle } = made;
  if (needle.kind !== "bytes" || needle.mask !== undefined) {
    return { problem: { message: "Bytes that are to be written must be known to the last digit" } };
  }
  return needle.value;
}

/** The engine's word on a pattern ends with the part that it did not understand. */
export function patternProblem(message: string, pattern: string): FindProblem {
  const part = /: ([^:]*)$/.exec(message)?.[1] ?? "";
  const at = part === "" ? -1 : pattern.lastIndexOf(part);
  return at < 0 || part === pattern ? { message } : { message, at, length: part.length };
}

function build(query: FindQuery, origin: number): Needle {
  const { kind, text } = query;
  switch (kind) {
    case "hex":
      return hexNeedle(text);
    case "text":
      return textNeedle(text, query.encoding, !query.matchCase);
    case "regex":
      return { kind: "regex", pattern: text, ignoreCase: !query.matchCase };
    case "value": {
      const [number = "", tolerance] = text.split(/\s*(?:±|\+-|\+\/-)\s*/);
      if (tolerance !== undefined && (tolerance.trim() === "" || !(Number(tolerance) >= 0))) {
        throw new EngineError("invalid-argument", "Behind ± stands a number from 0 on");
      }
      const size = query.aligned ? Number(query.type[1]) : undefined;
      return valueNeedle(number, query.type, tolerance === undefined ? undefined : Number(tolerance), size);
    }
    case "strings":
      return { kind: "regex", pattern: stringsPattern(query), ignoreCase: !query.matchCase };
    case "differs": {
      const needle = hexNeedle(text);
      if (needle.kind !== "bytes" || needle.mask !== undefined) {
        throw new EngineError("invalid-argument", "A pattern that bytes differ from has no wildcards");
      }
      return { kind: "differ", pattern: needle.value, origin };
    }
    default:
      return kind satisfies never;
  }
}

/** One printable character, as a pattern over bytes. Of UTF-16 Latin alone: almost any two bytes are some character. */
const CHARACTERS: Readonly<Record<string, string>> = {
  ascii: String.raw`[\t\x20-\x7e]`,
  "utf-8": String.raw`(?:[\t\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})`,
  "utf-16le": String.raw`(?:[\t\x20-\x7e\xa0-\xff]\x00)`,
  "utf-16be": String.raw`(?:\x00[\t\x20-\x7e\xa0-\xff])`,
};

/** Stretches of text; with a word in them, each stretch that contains it, whatever its length. */
function stringsPattern({ text, encoding, least }: FindQuery): string {
  const character = CHARACTERS[encoding] ?? CHARACTERS["utf-8"] ?? "";
  if (text === "") return `${character}{${least},}`;
  const word = textNeedle(text, encoding in CHARACTERS ? encoding : "utf-8", false);
  if (word.kind !== "bytes") throw new EngineError("invalid-argument", "This text cannot be looked for in strings");
  const escaped = [...word.value].map((byte) => String.raw`\x` + byte.toString(16).padStart(2, "0")).join("");
  return `${character}*${escaped}${character}*`;
}

function lengthOf(needle: Needle): number {
  switch (needle.kind) {
    case "bytes":
      return needle.value.length;
    case "folded":
      return needle.places.reduce((sum, spellings) => sum + (spellings[0]?.length ?? 0), 0);
    case "range":
      return Number(needle.type[1]);
    case "differ":
      return 1;
    case "regex":
      return 0;
    default:
      return needle satisfies never;
  }
}

function hexProblem(text: string): FindProblem | undefined {
  const wrong = /[^0-9a-f?\s]/i.exec(text);
  if (wrong !== null) return { message: `“${wrong[0]}” is no hex digit; a wildcard is ?`, at: wrong.index, length: 1 };
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    if (word.length % 2 !== 0) {
      return {
        message: `Two digits make a byte: “${word.slice(-1)}” is half of one`,
        at: index + word.length - 1,
        length: 1,
      };
    }
  }
  return undefined;
}
