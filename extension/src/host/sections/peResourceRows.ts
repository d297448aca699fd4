// The resources of a PE file as rows: the tree, below each resource what it says, beside it its picture. Bounded, however often a
// tree names the same bytes. Pure over PeFile.
import type { ListRow, ProgramPicture } from "../../../../shared/sectionsProtocol";
import type { PeFile } from "../../formats/pe/peFile";
import { mayBePicture, resourcePicture } from "../../formats/pe/pictures";
import type { TextLine } from "../../formats/pe/resourceReader";
import type { ResourceData, ResourceNode } from "../../formats/pe/resources";
import { resourceLines } from "../../formats/pe/resourceText";
import { placed } from "./program";

const ICON = 3;
const CURSOR = 1;
/** Whose pictures a group of this type names. */
const MEMBER_TYPES = new Map([
  [14, ICON],
  [12, CURSOR],
]);
/** Of resources that are read for their text, and of what is made of them: hostile trees name the same megabyte again and again. */
const MAX_TEXT_BYTES = 32 * 1024 * 1024;
/** What a row costs besides its text. */
const ROW_BYTES = 128;

export class PeResourceRows {
  /** Of the rows that are pictures, in order. */
  private readonly pictures: { readonly type: number; readonly data: ResourceData }[] = [];
  private readonly members = new Map<number, ReadonlyMap<number | string, ResourceNode>>();
  private textLeft = MAX_TEXT_BYTES;
  readonly rows: readonly ListRow[];

  constructor(private readonly pe: PeFile) {
    for (const { id, children } of pe.resources) {
      if (typeof id === "number") this.members.set(id, new Map(children.map((child) => [child.id, child])));
    }
    const rows: ListRow[] = [];
    this.walk(pe.resources, [], rows);
    this.rows = rows;
  }

  picture(id: number): ProgramPicture | undefined {
    const known = this.pictures[id];
    const picture = known === undefined ? undefined : resourcePicture(this.pe.memory, known.type, known.data);
    // The bytes alone: a view would drag its whole buffer along.
    return picture && { mime: picture.mime, bytes: picture.bytes.slice().buffer };
  }

  private walk(nodes: readonly ResourceNode[], path: readonly ResourceNode[], rows: ListRow[]): void {
    for (const node of nodes) {
      const { data, label, children } = node;
      const [type, block] = [path[0]?.id, path[1]?.id];
      if (data === undefined) rows.push({ depth: path.length, text: label, detail: "" });
      else {
        const row = placed(path.length, label, `${data.size} bytes`, data.offset, data.size);
        rows.push(typeof type === "number" ? { ...row, ...this.pictureOf(type, data) } : row);
        if (typeof type === "number" && this.textLeft > 0) {
          this.textLeft -= data.size;
          // Named by a text, a block of strings has no number to count from.
          const lines = resourceLines(this.pe.memory, type, typeof block === "number" ? block : 1, data);
          for (const line of lines) rows.push(this.lineRow(line, path.length, type, data, node.id));
        }
      }
      this.walk(children, [...path, node], rows);
    }
  }

  private lineRow(
    { key, value, depth, at, length, member }: TextLine,
    above: number,
    type: number,
    data: ResourceData,
    language: number | string,
  ): ListRow {
    const [text, detail] = key === "" ? [value, ""] : [key, value];
    this.textLeft -= text.length + detail.length + ROW_BYTES;
    const row = placed(above + depth, text, detail, data.offset === undefined ? undefined : data.offset + at, length);
    const kind = MEMBER_TYPES.get(type);
    return kind === undefined ? row : { ...row, ...this.pictureOf(kind, this.memberOf(kind, member, language)) };
  }

  private pictureOf(type: number, data: ResourceData | undefined): { readonly picture?: number } {
    return data !== undefined && mayBePicture(type, data) ? { picture: this.pictures.push({ type, data }) - 1 } : {};
  }

  /** The picture of this number that a group names, in the group's language where there is one. */
  private memberOf(kind: number, member: number | undefined, language: number | string): ResourceData | undefined {
    const languages = member === undefined ? [] : (this.members.get(kind)?.get(member)?.children ?? []);
    return (languages.find(({ id }) => id === language) ?? languages[0])?.data;
  }
}
