// What the view of sections needs of a program, whatever its format; and how much of a hostile one is told. Knows no format.
import type { ByteRange } from "../../../../shared/byteRange";
import type { OffsetAddresses } from "../../../../shared/offsetExpression";
import type {
  ListRow,
  ProgramImage,
  ProgramPicture,
  ProgramSignature,
  SectionRow,
  SectionsList,
  ShownProgram,
} from "../../../../shared/sectionsProtocol";

export interface Program {
  readonly shown: ShownProgram;
  readonly addresses: OffsetAddresses;
  /** The rows of the table, for what takes a pass over their bytes. */
  readonly parts: readonly { readonly fileRange: ByteRange }[];
  readonly checksum?: { readonly stated: number; readonly offset: number };
  /** @param unsaved what was edited since the file was signed */
  image(unsaved: readonly ByteRange[]): ProgramImage;
  rows(list: SectionsList, from: number, count: number): { readonly rows: readonly ListRow[]; readonly total: number };
  picture(id: number): ProgramPicture | undefined;
  /** undefined: nobody signed it. @param unsaved as for image() */
  signature(unsaved: readonly ByteRange[]): ProgramSignature | undefined;
}

/** More rows than anybody reads; each is elements of the page. */
export const MAX_TABLE_ROWS = 1000;
const MAX_REGIONS = 2000;

/** The first sections, and as many regions, the rest of the file as one. */
export function tableRows(rows: readonly SectionRow[]): Pick<ProgramImage, "sections" | "moreSections"> {
  return { sections: rows.slice(0, MAX_TABLE_ROWS), moreSections: Math.max(0, rows.length - MAX_TABLE_ROWS) };
}

/** All of them as a list; none where the table has them all. */
export function listedSections(rows: readonly SectionRow[]): readonly ListRow[] {
  if (rows.length <= MAX_TABLE_ROWS) return [];
  return rows.map(({ name, address, memorySize, offset, fileSize, summary, start, end }) => {
    const detail = `${memorySize} bytes at ${address}, ${fileSize} in the file at ${offset}, ${summary}`;
    return end > start ? placed(0, name, detail, start, end - start) : { depth: 0, text: name, detail };
  });
}

export function fewRegions(regions: ShownProgram["regions"]): ShownProgram["regions"] {
  const [last, cut] = [regions.at(-1), regions[MAX_REGIONS]];
  if (last === undefined || cut === undefined) return regions;
  return [...regions.slice(0, MAX_REGIONS), { kind: "gap", name: "more", start: cut.start, end: last.end }];
}

/** With the place of its bytes, where it has one. */
export function placed(
  depth: number,
  text: string,
  detail: string,
  offset: number | undefined,
  length: number,
): ListRow {
  return offset === undefined
    ? { depth, text, detail }
    : { depth, text, detail, start: offset, end: offset + Math.max(1, length) };
}

/** Rows whose bytes a lying file does not have lead nowhere, or to those that there are. */
export function insideFile(rows: readonly ListRow[], size: number): readonly ListRow[] {
  return rows.map((row) => {
    const { start, end = 0, ...words } = row;
    if (start === undefined || end <= size) return row;
    return start >= size ? words : { ...row, end: size };
  });
}

/** Makes each list once. */
export class KeptLists {
  private readonly kept = new Map<SectionsList, readonly ListRow[]>();

  /** @param size of the file */
  constructor(
    private readonly size: number,
    private readonly make: (list: SectionsList) => readonly ListRow[],
  ) {}

  rows(list: SectionsList): readonly ListRow[] {
    const known = this.kept.get(list) ?? insideFile(this.make(list), this.size);
    this.kept.set(list, known);
    return known;
  }

  /** The lists that have something in them. */
  titles(titles: readonly (readonly [SectionsList, string])[]): ProgramImage["lists"] {
    return titles
      .map(([list, title]) => ({ list, title, count: this.rows(list).length }))
      .filter(({ count }) => count > 0);
  }
}
