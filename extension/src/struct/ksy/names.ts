// Finds the type or enum that a name means, seen from a type: inwards, then outwards, then among the imported files.
// @see KSY reference, "type": name resolution.
import type { TypeName } from "../expression/ast";
import type { EnumDef, KsyFile, TypeDef } from "./model";

export class Names {
  readonly files: KsyFile[] = [];

  typeOf(from: TypeDef, name: Pick<TypeName, "path" | "absolute">): TypeDef | undefined {
    const [first, ...rest] = name.path;
    if (first === undefined) return undefined;
    if (first === from.name && rest.length === 0) return from;
    for (const start of this.#candidates(from, first, name.absolute)) {
      const found = descend(start, rest);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  enumOf(from: TypeDef, path: readonly string[], absolute: boolean): EnumDef | undefined {
    const name = path[path.length - 1];
    if (name === undefined) return undefined;
    if (path.length > 1) {
      const [first = "", ...rest] = path.slice(0, -1);
      for (const start of this.#candidates(from, first, absolute)) {
        const found = descend(start, rest)?.enums.get(name);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    for (let at: TypeDef | undefined = from; at !== undefined; at = at.outer) {
      const found = at.enums.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  *#candidates(from: TypeDef, first: string, absolute: boolean): Generator<TypeDef> {
    for (let at: TypeDef | undefined = absolute ? undefined : from; at !== undefined; at = at.outer) {
      const inner = at.types.get(first);
      if (inner !== undefined) yield inner;
      if (at.id === first) yield at;
    }
    const { file } = from;
    if (file.meta.id === first) yield file.top;
    const imported = file.imported.get(first);
    if (imported !== undefined) yield imported;
    for (const other of this.files) if (other.meta.id === first) yield other.top;
  }
}

function descend(from: TypeDef, path: readonly string[]): TypeDef | undefined {
  let at: TypeDef | undefined = from;
  for (const name of path) at = at?.types.get(name);
  return at;
}
