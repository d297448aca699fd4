// What stands in front of each row in place of its offset: the address that its first byte has in memory. Pure.
import { AddressMap } from "../../../shared/addressMap";
import type { AddressColumnKind, ShownProgram } from "../../../shared/sectionsProtocol";

/** What stands in front of rows. */
export interface RowNames {
  readonly label: string;
  /** A multiple of four. */
  readonly digits: number;
  /** Of the row that begins at `offset`, groups of four digits; none: the row has no name. */
  groups(offset: number): readonly string[];
}

const LABELS = { rva: "RVA", va: "VA" } satisfies Record<AddressColumnKind, string>;
const GROUP_DIGITS = 4;
const LEAST_DIGITS = 8;

export class AddressColumn implements RowNames {
  readonly label: string;
  readonly digits: number;
  readonly #base: bigint;
  readonly #map: AddressMap;

  constructor(kind: AddressColumnKind, { base, spans }: Pick<ShownProgram, "base" | "spans">) {
    this.label = LABELS[kind];
    this.#base = kind === "va" ? BigInt(base) : 0n;
    this.#map = new AddressMap(spans);
    const end = spans.reduce((most, { rva, length }) => Math.max(most, rva + length), 0);
    const needed = (this.#base + BigInt(end)).toString(16).length;
    this.digits = Math.ceil(Math.max(LEAST_DIGITS, needed) / GROUP_DIGITS) * GROUP_DIGITS;
  }

  /** Its groups of four digits, most significant first; dots for a byte that is not loaded. */
  groups(offset: number): string[] {
    const rva = this.#map.rvaOf(offset);
    const text =
      rva === undefined
        ? "·".repeat(this.digits)
        : (this.#base + BigInt(rva)).toString(16).toUpperCase().padStart(this.digits, "0");
    return Array.from({ length: this.digits / GROUP_DIGITS }, (_, group) =>
      text.slice(group * GROUP_DIGITS, (group + 1) * GROUP_DIGITS),
    );
  }
}
