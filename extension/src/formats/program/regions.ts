// What each stretch of a program's file is, from what its tables claim: of two claims to a byte the one that begins first keeps it.
// Pure; one for PE, ELF and Mach-O.
import type { ByteRange } from "../../../../shared/byteRange";

export type FileRegionKind = "headers" | "section" | "symbols" | "certificates" | "overlay" | "gap";

/** What a stretch of the file is; ascending, without overlaps, from 0 to the file's end. */
export interface FileRegion extends ByteRange {
  readonly kind: FileRegionKind;
  readonly name: string;
  /** Index in the section table. */
  readonly section?: number;
}

/** @param loadedEnd what nobody claims behind it was added to the program; before it, it is a gap
 *  @param from claims begin there or behind */
export function fileRegions(claims: readonly FileRegion[], loadedEnd: number, size: number, from = 0): FileRegion[] {
  const regions: FileRegion[] = [];
  let at = from;
  const unclaimed = (end: number): void => {
    if (end <= at) return;
    // A gap that ends where the loaded part does, and an overlay behind it, are two.
    const border = Math.min(Math.max(at, loadedEnd), end);
    if (border > at) regions.push({ start: at, end: border, kind: "gap", name: "gap" });
    if (end > border) regions.push({ start: border, end, kind: "overlay", name: "overlay" });
  };
  for (const claim of claims.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start)) {
    unclaimed(claim.start);
    at = Math.max(at, claim.start);
    if (claim.end <= at) continue;
    regions.push({ ...claim, start: at });
    at = claim.end;
  }
  unclaimed(size);
  return regions;
}
