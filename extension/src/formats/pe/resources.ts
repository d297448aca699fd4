// The resources as a tree by type, name and language. Loops, and trees larger than any program's, are cut and told of. Pure.
// Source: Microsoft, PE Format, "The .rsrc Section".
import { Buffer } from "node:buffer";
import type { ImageMemory } from "./imageMemory";
import type { DataDirectory } from "./model";
import { languageName } from "./languages";
import { resourceTypeName } from "./names";
import { hex, type Warnings } from "../program/warnings";

const DIRECTORY_BYTES = 16;
const ENTRY_BYTES = 8;
const HIGH_BIT = 0x8000_0000;
/** Windows makes three levels. */
const MAX_DEPTH = 8;
const MAX_NODES = 65_536;

export interface ResourceData {
  readonly rva: number;
  readonly size: number;
  readonly codePage: number;
  /** Undefined where the image does not hold it. */
  readonly offset: number | undefined;
}

export interface ResourceNode {
  /** A number, or the name that takes its place. */
  readonly id: number | string;
  /** "Icon", "#5", "MYNAME", "English (United States)". */
  readonly label: string;
  /** Of its entry. */
  readonly offset: number | undefined;
  readonly children: readonly ResourceNode[];
  readonly data?: ResourceData;
}

export function readResources(memory: ImageMemory, directory: DataDirectory, warnings: Warnings): ResourceNode[] {
  return new Walk(memory, directory, warnings).children(0, []);
}

class Walk {
  private nodes = 0;
  private full = false;

  constructor(
    private readonly memory: ImageMemory,
    private readonly directory: DataDirectory,
    private readonly warnings: Warnings,
  ) {}

  /** @param at from the start of the resources. @param path places of the directories above. */
  children(at: number, path: readonly number[]): ResourceNode[] {
    const rva = this.directory.rva + at;
    const head = this.memory.record(rva, DIRECTORY_BYTES);
    const where = this.memory.offsetOf(rva) ?? this.directory.entryOffset;
    if (head === undefined) {
      this.warnings.add(where, `A resource directory at RVA ${hex(rva)} is not in the image`);
      return [];
    }
    const stated = head.getUint16(12, true) + head.getUint16(14, true);
    const found: ResourceNode[] = [];
    for (let index = 0; index < stated && !this.full; index++) {
      const entryRva = rva + DIRECTORY_BYTES + index * ENTRY_BYTES;
      const entry = this.memory.record(entryRva, ENTRY_BYTES);
      if (entry === undefined) {
        this.warnings.add(where, `${stated} resources are stated; the image ends behind ${index} of them`);
        break;
      }
      if (++this.nodes > MAX_NODES) {
        this.full = true;
        this.warnings.add(where, `More than ${MAX_NODES} resources: the rest is left out`);
        break;
      }
      found.push(this.node(entry, this.memory.offsetOf(entryRva), at, path));
    }
    return found;
  }

  private node(entry: DataView, offset: number | undefined, at: number, above: readonly number[]): ResourceNode {
    const key = entry.getUint32(0, true);
    const target = entry.getUint32(4, true);
    const where = offset ?? this.directory.entryOffset;
    const id = key >= HIGH_BIT ? this.nameAt(key - HIGH_BIT, where) : key;
    const node = { id, label: labelOf(id, above.length), offset };
    if (target < HIGH_BIT) return { ...node, children: [], ...this.dataAt(target, where) };
    const path = [...above, at];
    const below = target - HIGH_BIT;
    if (path.includes(below)) {
      this.warnings.add(where, `A resource directory leads back to the one at ${hex(below)}: a loop`);
      return { ...node, children: [] };
    }
    if (path.length >= MAX_DEPTH) {
      this.warnings.add(where, `Resource directories are nested more than ${MAX_DEPTH} deep`);
      return { ...node, children: [] };
    }
    return { ...node, children: this.children(below, path) };
  }

  /** @see "Resource Directory String" */
  private nameAt(at: number, where: number): string {
    const rva = this.directory.rva + at;
    const length = this.memory.record(rva, 2)?.getUint16(0, true);
    const text = length === undefined ? undefined : this.memory.record(rva + 2, Math.min(length, 1024) * 2);
    if (text === undefined) {
      this.warnings.add(where, `The name of a resource at RVA ${hex(rva)} is not in the image`);
      return "";
    }
    return utf16(text, 0, text.byteLength);
  }

  /** @see "Resource Data Entry" */
  private dataAt(at: number, where: number): { readonly data?: ResourceData } {
    const rva = this.directory.rva + at;
    const record = this.memory.record(rva, 16);
    if (record === undefined) {
      this.warnings.add(where, `The entry of a resource at RVA ${hex(rva)} is not in the image`);
      return {};
    }
    const data = {
      rva: record.getUint32(0, true),
      size: record.getUint32(4, true),
      codePage: record.getUint32(8, true),
    };
    const offset = this.memory.offsetOf(data.rva);
    const entryOffset = this.memory.offsetOf(rva) ?? where;
    if (offset === undefined && data.size > 0) {
      this.warnings.add(
        entryOffset,
        `A resource of ${data.size} bytes should be at RVA ${hex(data.rva)}, which the file does not hold`,
      );
    } else if (data.size > this.memory.reach(data.rva)) {
      this.warnings.add(
        entryOffset,
        `A resource of ${data.size} bytes at RVA ${hex(data.rva)} runs past the end of its section`,
      );
    }
    return { data: { ...data, offset } };
  }
}

/** Of the first level the type's name, of the third the language's, else the number as Windows writes it. */
function labelOf(id: number | string, level: number): string {
  if (typeof id === "string") return id;
  const name = level === 0 ? resourceTypeName(id) : level === 2 ? languageName(id) : undefined;
  return name ?? `#${id}`;
}

export function utf16(view: DataView, start: number, end: number): string {
  const length = Math.max(0, Math.min(end, view.byteLength) - start);
  return Buffer.from(view.buffer, view.byteOffset + start, length - (length % 2)).toString("utf16le");
}
