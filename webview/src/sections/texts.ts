// Words and numbers of the view of sections, and of what an editor says of the byte at its cursor. Pure.
import { AddressMap } from "../../../shared/addressMap";
import type { RegionRow, SectionRow, ShownProgram } from "../../../shared/sectionsProtocol";
import { regionAt } from "./bands";

export const hex = (value: number | bigint): string => `0x${value.toString(16).toUpperCase()}`;

/** Headers of the table's columns: what each format calls them. */
export const columnTitles = ({ kind }: ShownProgram): readonly string[] =>
  kind === "pe" ? ["RVA", "Virtual size", "Offset", "Raw size"] : ["Address", "In memory", "Offset", "In file"];

/** All of them, for those who ask. */
export const allFlags = ({ flags }: SectionRow): string => (flags.length === 0 ? "no flags" : flags.join(", "));

/** Of edits that touch what is signed. */
export const signatureText = (signer: string): string =>
  `Unsaved edits change what the signature of ${signer} covers: it will not be valid any more.`;

/** What a byte is to the loader, in words. Keeps the map of a program: one for each that is shown. */
export class PlaceTexts {
  readonly #map: AddressMap;
  readonly #base: bigint;

  constructor(private readonly program: ShownProgram) {
    this.#map = new AddressMap(program.spans);
    this.#base = BigInt(program.base);
  }

  /** "0x610 is .rdata+0x10, RVA 0x2010, VA 0x180002010" */
  whole(offset: number): string {
    const place = this.#place(offset);
    return place === "" ? "" : `${hex(offset)} is ${place}`;
  }

  /** ".rdata+0x10, RVA 0x2010, VA 0x180002010" */
  inShort(offset: number): string {
    return this.#place(offset);
  }

  #place(offset: number): string {
    const { program } = this;
    const region = program.regions[regionAt(program.regions, offset)];
    const span = this.#map.spanOf(offset);
    const rva = this.#map.rvaOf(offset);
    if (span === undefined || rva === undefined) {
      if (region === undefined) return "";
      const name = region.kind === "section" ? `${region.name}+${hex(offset - region.start)}` : regionText(region);
      return `${region.kind === "section" ? "" : "in "}${name}, not loaded`;
    }
    const address = hex(this.#base + BigInt(rva));
    const place = `${span.name}+${hex(rva - this.#startOf(span.name, rva))}`;
    return program.kind === "pe" ? `${place}, RVA ${hex(rva)}, VA ${address}` : `${place}, address ${address}`;
  }

  /** The map may have cut the span's beginning where others overlap it. */
  #startOf(name: string, rva: number): number {
    const found = this.program.spans.find(
      (span) => span.name === name && span.rva <= rva && rva < span.rva + span.length,
    );
    return found?.rva ?? rva;
  }
}

export function regionText({ kind, name }: Pick<RegionRow, "kind" | "name">): string {
  switch (kind) {
    case "gap":
      return name === "gap" ? "a gap" : "what is not listed";
    case "section":
      return name;
    case "headers":
    case "symbols":
    case "certificates":
    case "overlay":
      return `the ${name}`;
    default:
      return kind satisfies never;
  }
}
