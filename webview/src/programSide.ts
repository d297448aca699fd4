// What an editor knows of the program that its bytes are: asked of the host once the first rows are on screen, and again when edits
// have rested. Gives the address column, the place of a byte in words, the colours of sections. Knows no view.
import type {
  AddressColumnKind,
  RegionRow,
  SectionsAnswer,
  SectionsNews,
  ShownProgram,
} from "../../shared/sectionsProtocol";
import { AddressColumn } from "./grid/addressColumn";
import type { HostClient } from "./hostClient";
import { PlaceTexts, signatureText } from "./sections/texts";

/** Edits come in bursts. */
const REST_MS = 300;

export class ProgramSide {
  #program: ShownProgram | undefined;
  #texts: PlaceTexts | undefined;
  #columnKind: AddressColumnKind | undefined;
  #column: AddressColumn | undefined;
  #colors = false;
  #asking: ReturnType<typeof setTimeout> | undefined;

  #touched = false;

  /** @param changed what is drawn of it may be another @param warn the person, of what their edits do */
  constructor(
    private readonly host: HostClient,
    private readonly changed: () => void,
    private readonly warn: (message: string) => void,
  ) {}

  /** In front of the rows; undefined: offsets. */
  get column(): AddressColumn | undefined {
    return this.#column;
  }

  /** Whose colours the bytes show; none while the view of sections is not there. */
  get regions(): readonly RegionRow[] {
    return this.#colors ? (this.#program?.regions ?? []) : [];
  }

  /** Of a byte, in words; "" where there is nothing to say. */
  place(offset: number): string {
    return this.#texts?.inShort(offset) ?? "";
  }

  take(news: SectionsNews): void {
    switch (news.kind) {
      case "addresses":
        this.#columnKind = news.column;
        return this.#show(this.#program);
      case "colors":
        this.#colors = news.shown;
        return this.changed();
      case "state":
      case "cursor":
        return; // For the view of sections, a page of its own.
      default:
        news satisfies never;
    }
  }

  ask(): void {
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => {
      this.host.request<"sections">({ type: "sections", ask: { kind: "program" } }).reply.then(
        // The protocol promises the answer of the question's own kind.
        (answer) => this.#told(answer as SectionsAnswer["program"]),
        () => this.#show(undefined),
      );
    }, REST_MS);
  }

  #told({ program, signature }: SectionsAnswer["program"]): void {
    const touched = signature?.touched === true;
    if (touched && !this.#touched) this.warn(signatureText(signature.signer));
    this.#touched = touched;
    this.#show(program);
  }

  #show(program: ShownProgram | undefined): void {
    if (program === undefined && this.#program === undefined) return;
    this.#program = program;
    this.#texts = program && new PlaceTexts(program);
    this.#column = program && this.#columnKind && new AddressColumn(this.#columnKind, program);
    this.changed();
  }
}
