// A struct interpreter for the tests of the tree: a made-up format over the fake host's bytes. `header` with a flag, an enum, a
// text and a fault; `records`, any number of 16 bytes each; `chunks`, which are counted little by little.
import type { StructAnswer, StructQuestion, StructState } from "../../../shared/structProtocol";
import type { StructChildren, StructFieldEditor, StructRow } from "../../../shared/structTree";

export interface FakeStructOptions {
  readonly records: number;
  readonly noTemplate?: boolean;
  readonly broken?: boolean;
  readonly readOnlyReason?: string;
}

export interface FakeBytes {
  version(): number;
  byte(offset: number): number;
  write(offset: number, bytes: readonly number[]): void;
}

const HEADER = 0;
const RECORDS = 0x20;
const RECORD_BYTES = 16;
const COLORS = ["red", "green", "blue", "cyan", "magenta", "yellow", "black"];

export class FakeStruct {
  /** How many chunks have been counted. */
  counted = 100;
  readonly asked: StructQuestion[] = [];
  readonly cancelled: StructQuestion[] = [];

  constructor(
    private readonly options: FakeStructOptions,
    private readonly bytes: FakeBytes,
  ) {}

  get state(): StructState {
    const { readOnlyReason, noTemplate, broken } = this.options;
    const document = {
      name: "sample.bin",
      version: this.bytes.version(),
      ...(readOnlyReason === undefined ? {} : { readOnlyReason }),
    };
    if (noTemplate === true) return { document, diagnostics: [] };
    const template = { name: "sample_format", reason: "by its first bytes" };
    if (broken === true) {
      const finding = { file: "/t/sample_format.ksy", at: "/seq/0/type", line: 7, column: 11 };
      const message = "unknown type: headr";
      return { document, template, diagnostics: [{ severity: "error", message, ...finding }] };
    }
    return { document, template, root: this.row(""), diagnostics: [] };
  }

  answer(ask: StructQuestion): StructAnswer[StructQuestion["kind"]] {
    this.asked.push(ask);
    switch (ask.kind) {
      case "open":
        return this.state;
      case "children":
        return this.children(ask.path, ask.from, ask.count);
      case "row":
        return this.row(ask.path.replace(/\[0x([0-9a-f]+)\]/gi, (_all, hex: string) => `[${parseInt(hex, 16)}]`));
      case "reveal":
        return this.#reveal(ask.offset);
      case "field":
        return this.#field(ask.path);
      case "edit":
        return this.#edit(ask.path, ask.text, ask.despite);
      case "export":
        return { written: true };
      case "pick":
        return { picked: false };
      default:
        return {};
    }
  }

  children(path: string, from: number, count: number): StructChildren {
    const total = this.#count(path);
    const atLeast = total ?? this.counted;
    const rows: StructRow[] = [];
    for (let index = from; index < Math.min(atLeast, from + count); index++)
      rows.push(this.row(this.#childPath(path, index)));
    return { rows, total, atLeast, version: this.bytes.version() };
  }

  /** @throws Error where there is no such node */
  row(path: string): StructRow {
    const leaf = path.replace(/.*\./, "").replace(/.*(?=\[)/, "");
    const base = { path, name: leaf, childCount: 0, isInstance: false, editable: false, value: "" } as const;
    const at = this.#startOf(path);
    const place = (start: number, length: number) => ({ place: { start, end: start + length } });
    if (path === "") {
      return {
        ...base,
        name: "sample_format",
        kind: "struct",
        type: "sample_format",
        childCount: 3,
        ...place(0, 2 ** 20),
      };
    }
    switch (leaf) {
      case "header":
        return {
          ...base,
          kind: "struct",
          type: "header",
          childCount: 8,
          ...place(HEADER, 0x20),
          doc: "What all files begin with.",
        };
      case "records":
        return {
          ...base,
          kind: "array",
          type: "record[]",
          value: `${this.options.records} elements`,
          childCount: this.options.records,
          ...place(RECORDS, this.options.records * RECORD_BYTES),
        };
      case "chunks":
        return { ...base, kind: "array", type: "u2[]", childCount: null, place: { start: 0x1000 } };
      case "magic":
        return {
          ...base,
          kind: "bytes",
          type: "bytes",
          value: "7F 54 48 58",
          editable: true,
          ...place(HEADER, 4),
          doc: "Identifies the format.",
          docRefs: ["https://example.org/format#magic"],
        };
      case "version":
        return { ...base, kind: "int", type: "u2le", value: String(this.#u2(4)), editable: true, ...place(4, 2) };
      case "color":
        return {
          ...base,
          kind: "enum",
          type: "u1 → color",
          value: COLORS[this.bytes.byte(6)] ?? String(this.bytes.byte(6)),
          editable: true,
          ...place(6, 1),
        };
      case "is_packed":
        return {
          ...base,
          kind: "bool",
          type: "b1",
          value: String(this.bytes.byte(7) >= 128),
          editable: true,
          place: { start: 7, end: 8, bits: [0, 1] },
        };
      case "title":
        return { ...base, kind: "str", type: "str(8)", value: "Terahex!", editable: true, ...place(8, 8) };
      case "total":
        return { ...base, kind: "int", type: "", value: "42", isInstance: true };
      case "comment":
        return { ...base, kind: "null", type: "strz" };
      case "checksum":
        return {
          ...base,
          kind: "int",
          type: "u4le",
          value: "0",
          ...place(0x10, 4),
          fault: { error: "ValidationNotEqualError", message: "not equal: expected 1, got 0" },
        };
      case "id":
        return { ...base, kind: "int", type: "u4le", value: String(at), editable: true, ...place(at, 4) };
      case "x":
        return {
          ...base,
          kind: "int",
          type: "s4le",
          value: String(this.#u2(at + 4)),
          editable: true,
          ...place(at + 4, 4),
        };
      case "y":
        return { ...base, kind: "float", type: "f8le", value: "0.5", editable: true, ...place(at + 8, 8) };
    }
    const element = /^\[(\d+)\]$/.exec(leaf)?.[1];
    if (element !== undefined && path.startsWith("chunks")) {
      return { ...base, kind: "int", type: "u2le", value: element, ...place(0x1000 + 2 * Number(element), 2) };
    }
    if (element !== undefined && Number(element) < this.options.records) {
      return { ...base, kind: "struct", type: "record", childCount: 3, ...place(at, RECORD_BYTES) };
    }
    throw new Error(`no such field: ${path}`);
  }

  #count(path: string): number | null {
    return this.row(path).childCount;
  }

  #childPath(path: string, index: number): string {
    if (path === "records" || path === "chunks") return `${path}[${index}]`;
    const names =
      path === ""
        ? ["header", "records", "chunks"]
        : path === "header"
          ? ["magic", "version", "color", "is_packed", "title", "total", "comment", "checksum"]
          : ["id", "x", "y"];
    return path === "" ? names[index]! : `${path}.${names[index]}`;
  }

  #startOf(path: string): number {
    const index = /^records\[(\d+)\]/.exec(path)?.[1];
    return index === undefined ? 0 : RECORDS + Number(index) * RECORD_BYTES;
  }

  #u2(offset: number): number {
    return this.bytes.byte(offset) + 256 * this.bytes.byte(offset + 1);
  }

  #reveal(offset: number): StructAnswer["reveal"] {
    const inHeader = offset < RECORDS;
    const element = Math.floor((offset - RECORDS) / RECORD_BYTES);
    const names = inHeader
      ? ["header.magic", "header.version", "header.color", "header.is_packed", "header.title"]
      : ["id", "x", "y"];
    const parents = inHeader ? ["header"] : ["records", `records[${element}]`];
    const leaves = inHeader ? names : names.map((name) => `records[${element}].${name}`);
    const leaf = leaves.findIndex((path) => {
      const { place } = this.row(path);
      return place !== undefined && place.start <= offset && offset < (place.end ?? 0);
    });
    if (leaf < 0) return {};
    const indices = inHeader ? [0, leaf] : [1, element, leaf];
    const steps = [...parents, leaves[leaf]!].map((path, at) => ({ index: indices[at]!, row: this.row(path) }));
    return { steps, version: this.bytes.version() };
  }

  #field(path: string): StructFieldEditor {
    const row = this.row(path);
    if (path.endsWith("total")) {
      return {
        kind: "none",
        reason: "Computed by the template from other fields.",
        sources: ["header.version", "records[1].x"],
      };
    }
    if (row.kind === "bool") return { kind: "bool", text: row.value === "true" ? "true" : "false" };
    if (row.kind === "enum") {
      return { kind: "enum", text: row.value, labels: COLORS.map((text, value) => ({ text, value: String(value) })) };
    }
    if (!row.editable) return { kind: "none", reason: "A structure has no value of its own.", sources: [] };
    return { kind: "text", text: row.value, hint: row.kind === "int" ? "0 to 65535" : "" };
  }

  /** @throws Error out of range */
  #edit(path: string, text: string, despite: boolean): StructAnswer["edit"] {
    const { kind, place } = this.row(path);
    const start = place?.start ?? 0;
    if (kind === "bool") this.bytes.write(start, [text === "true" ? 128 : 0]);
    else if (kind === "enum") this.bytes.write(start, [Math.max(0, COLORS.indexOf(text))]);
    else {
      const value = Number(text);
      if (!Number.isInteger(value) || value < 0 || value > 65535) throw new Error(`${text} is not in 0 to 65535.`);
      if (value === 13 && !despite) return { warnings: ["valid: 13 is not allowed here."] };
      this.bytes.write(start, [value % 256, Math.floor(value / 256)]);
    }
    return { version: this.bytes.version(), warnings: [] };
  }
}
