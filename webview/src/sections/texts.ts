// Words and numbers of the view of sections. Pure.
import { AddressMap } from "../../../shared/addressMap";
import type { ProgramImage, SectionRow } from "../../../shared/sectionsProtocol";

export const hex = (value: number): string => `0x${value.toString(16).toUpperCase()}`;

/** Rights first, as listings of files write them; then what it holds. "r-x code". */
export function flagsText(flags: readonly string[]): string {
  const has = (name: string): boolean => flags.includes(`IMAGE_SCN_${name}`);
  const rights = `${has("MEM_READ") ? "r" : "-"}${has("MEM_WRITE") ? "w" : "-"}${has("MEM_EXECUTE") ? "x" : "-"}`;
  const words = [
    has("CNT_CODE") ? "code" : "",
    has("CNT_INITIALIZED_DATA") ? "data" : "",
    has("CNT_UNINITIALIZED_DATA") ? "zeros" : "",
    has("MEM_SHARED") ? "shared" : "",
    has("MEM_DISCARDABLE") ? "discardable" : "",
    has("MEM_NOT_PAGED") ? "not paged" : "",
  ];
  return [rights, ...words.filter((word) => word !== "")].join(" ");
}

/** All of them, for those who ask. */
export const allFlags = ({ flags }: SectionRow): string =>
  flags.length === 0 ? "no flags" : flags.map((flag) => flag.replace("IMAGE_SCN_", "")).join(", ");

/** What the cursor's byte is to the loader. */
export function placeText(image: ProgramImage, offset: number): string {
  const map = new AddressMap(image.spans);
  const span = map.spanOf(offset);
  const rva = map.rvaOf(offset);
  if (span === undefined || rva === undefined) {
    const region = image.regions.find(({ start, end }) => offset >= start && offset < end);
    return region === undefined ? "" : `${hex(offset)} is in ${regionText(region.kind, region.name)}, not loaded`;
  }
  const address = BigInt(image.base) + BigInt(rva);
  return `${hex(offset)} is ${span.name}+${hex(rva - spanStart(image, span.name, span.rva))}, RVA ${hex(rva)}, VA 0x${address.toString(16).toUpperCase()}`;
}

/** The map may have cut the span's beginning where others overlap it. */
const spanStart = (image: ProgramImage, name: string, rva: number): number =>
  image.spans.find((span) => span.name === name && span.rva <= rva && rva < span.rva + span.length)?.rva ?? rva;

export function regionText(kind: string, name: string): string {
  switch (kind) {
    case "headers":
      return "the headers";
    case "symbols":
      return "the symbols";
    case "certificates":
      return "the certificates";
    case "overlay":
      return "the overlay";
    case "gap":
      return "a gap";
    default:
      return name;
  }
}
