// What a library of templates must know of each before it is used: its name, the files it is for, what it imports.
// Reads a few lines of the text; a template that turns out to be wrong is told of when it is loaded. Pure.
import { importPattern } from "../ksy/schema";
import { magicsOf, type Magic } from "./magics";
import { sectionsOf, textOf, textsOf } from "./sections";

export interface TemplateHead {
  /** Undefined: the text names no template. */
  readonly id: string | undefined;
  readonly title: string | undefined;
  /** Lower case, without the leading dot. */
  readonly extensions: readonly string[];
  /** As written: `foo`, `../foo`, `/common/foo`. */
  readonly imports: readonly string[];
  /** Types that no file declares may lie beside it. */
  readonly opaqueTypes: boolean;
  readonly magics: readonly Magic[];
}

export function readHead(text: string): TemplateHead {
  const sections = sectionsOf(text);
  const meta = sections.inner("meta");
  return {
    id: textOf(meta?.node("id")),
    title: textOf(meta?.node("title")),
    extensions: textsOf(meta?.node("file-extension")).map((extension) => extension.toLowerCase().replace(/^\./, "")),
    imports: textsOf(meta?.node("imports")).filter((name) => importPattern.test(name)),
    opaqueTypes: textOf(meta?.node("ks-opaque-types")) === "true",
    magics: magicsOf(sections),
  };
}
