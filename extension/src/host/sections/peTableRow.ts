// A section of a PE file as a row of the table. Pure.
import type { SectionRow } from "../../../../shared/sectionsProtocol";
import type { PeSection } from "../../formats/pe/model";
import { hex } from "../../formats/program/warnings";

export function peTableRow({
  name,
  rva,
  virtualSize,
  offset,
  rawSize,
  flags,
  fileRange,
  headerOffset,
}: PeSection): SectionRow {
  return {
    name,
    address: hex(rva),
    memorySize: hex(virtualSize),
    offset: hex(offset),
    fileSize: hex(rawSize),
    summary: flagsText(flags),
    flags: flags.map((flag) => flag.replace("IMAGE_SCN_", "")),
    start: fileRange.start,
    end: fileRange.end,
    headerStart: headerOffset,
    headerEnd: headerOffset + 40,
  };
}

/** Rights first, as listings of files write them; then what it holds. "r-x code". */
function flagsText(flags: readonly string[]): string {
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
