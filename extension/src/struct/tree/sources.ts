// Which fields a computed value comes from: the names in its expression, followed as far as they lead without much reading.
import { StructError } from "../errors";
import type { Expression } from "../expression/ast";
import { partsOf } from "../expression/ast";
import type { Member } from "../ksy/model";
import { LazyArray } from "../reader/lazyArray";
import { LazyNode } from "../reader/lazyNode";
import { LazyStruct } from "../reader/lazyStruct";

const maxSources = 20;
const maxDepth = 8;

/** @returns paths, each once, in the order of the expression */
export function sourcesOf(def: Member | undefined, struct: LazyStruct): readonly string[] {
  const found = new Set<string>();
  if (def !== undefined) new Search(found).member(def, struct, 0);
  return [...found];
}

class Search {
  constructor(private readonly found: Set<string>) {}

  member(def: Member, struct: LazyStruct, depth: number): void {
    if (depth > maxDepth) return;
    if (def.role === "value") {
      if (def.condition !== undefined) this.#tree(def.condition.tree, struct, depth + 1);
      this.#tree(def.value.tree, struct, depth + 1);
      return;
    }
    if (def.role === "param") {
      const formula = struct.use?.args[def.index];
      const { node } = struct;
      if (formula !== undefined && node !== undefined) this.#tree(formula.tree, node.owner, depth + 1);
      return;
    }
    this.#add(struct.path === "" ? def.id : `${struct.path}.${def.id}`);
  }

  #add(path: string): void {
    if (this.found.size < maxSources) this.found.add(path);
  }

  #tree(tree: Expression, struct: LazyStruct, depth: number): void {
    if (tree.kind === "name" || tree.kind === "attribute" || tree.kind === "index" || tree.kind === "cast") {
      const at = attempt(() => this.#follow(tree, struct, depth));
      if (at instanceof LazyNode || at instanceof LazyArray || at instanceof LazyStruct) this.#add(at.path);
      if (tree.kind === "index") this.#tree(tree.index, struct, depth);
      if (at !== undefined || tree.kind === "name") return;
      this.#tree(tree.target, struct, depth);
      return;
    }
    for (const part of partsOf(tree)) this.#tree(part, struct, depth);
  }

  /** What a chain of names leads to; "told": its sources were added; undefined: the chain ends before. */
  #follow(tree: Expression, struct: LazyStruct, depth: number): LazyNode | LazyArray | LazyStruct | "told" | undefined {
    switch (tree.kind) {
      case "name":
        return this.#named(tree.name, struct, depth);
      case "cast":
        return this.#follow(tree.target, struct, depth);
      case "attribute": {
        const target = attempt(() => this.#follow(tree.target, struct, depth));
        const within = target instanceof LazyNode ? target.value() : target;
        return within instanceof LazyStruct ? this.#named(tree.name, within, depth) : undefined;
      }
      case "index": {
        const target = this.#follow(tree.target, struct, depth);
        if (!(target instanceof LazyArray)) return target;
        return tree.index.kind === "int" ? target.node(Number(tree.index.value)) : target;
      }
      default:
        return undefined;
    }
  }

  #named(name: string, struct: LazyStruct, depth: number): LazyNode | LazyArray | LazyStruct | "told" | undefined {
    if (name === "_root") return struct.root ?? undefined;
    if (name === "_parent") return struct.parent instanceof LazyStruct ? struct.parent : undefined;
    const member = struct.type.members.get(name);
    if (member === undefined) return undefined;
    switch (member.role) {
      case "seq":
        return struct.slot(member.index) ?? undefined;
      case "instance":
        return struct.instanceSlot(member.index) ?? undefined;
      case "value":
      case "param":
        this.member(member, struct, depth + 1);
        return "told";
    }
  }
}

/** What cannot be read is no source. */
function attempt<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch (thrown) {
    if (thrown instanceof StructError) return undefined;
    throw thrown;
  }
}
