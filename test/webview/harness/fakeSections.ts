// The host's half of the view of sections, inside the page: answers with what a test gives it. What a real program gives is tested
// without a page.
import type {
  ListRow,
  Measures,
  ProgramSignature,
  SectionsAnswer,
  SectionsList,
  SectionsQuestion,
  SectionsState,
} from "../../../shared/sectionsProtocol";

export interface FakeSectionsOptions {
  readonly state: SectionsState;
  readonly rows?: Partial<Record<SectionsList, readonly ListRow[]>>;
  readonly measures?: Measures;
  /** Of pictures, by their number: base 64. */
  readonly pictures?: Readonly<Record<number, { readonly mime: string; readonly base64: string }>>;
}

export class FakeSections {
  readonly asked: SectionsQuestion[] = [];
  signature: ProgramSignature | undefined;

  constructor(private readonly options: FakeSectionsOptions = { state: {} }) {}

  /** undefined: there is none. */
  answer(ask: SectionsQuestion): SectionsAnswer[SectionsQuestion["kind"]] | undefined {
    const { state, rows, measures, pictures } = this.options;
    this.asked.push(ask);
    switch (ask.kind) {
      case "open":
        return state;
      case "program":
        if (state.image === undefined) return {};
        return { program: state.image, ...(this.signature !== undefined && { signature: this.signature }) };
      case "rows": {
        const all = rows?.[ask.list] ?? [];
        return { rows: all.slice(ask.from, ask.from + ask.count), total: all.length };
      }
      case "measure":
        return measures ?? { entropies: [] };
      case "fixChecksum":
        return { version: 2 };
      case "showField":
        return {};
      case "picture": {
        const picture = pictures?.[ask.id];
        if (picture === undefined) return undefined;
        const bytes = Uint8Array.from(atob(picture.base64), (character) => character.charCodeAt(0));
        return { mime: picture.mime, bytes: bytes.buffer };
      }
      default:
        return ask satisfies never;
    }
  }
}
