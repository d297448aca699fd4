// What a template is after parsing: types, fields, expressions as trees, names linked by resolve.ts. Data and lookups only;
// nothing here reads bytes. One Template may serve any number of sessions.
import type { Expression, TypeName } from "../expression/ast";
import type { Evaluate } from "../expression/evaluate";
import type { StaticType } from "../expression/staticType";
import type { TemplateProblem } from "../errors";

export type Endian = "le" | "be";

/** An expression where it stands; `evaluate` is set when the template is resolved. */
export interface Formula {
  readonly tree: Expression;
  readonly at: SchemaPlace;
  evaluate: Evaluate;
  type: StaticType;
  /** Its value depends on how far the stream has been read (`_io.pos`, `_io.eof`). */
  positional: boolean;
}

export interface SchemaPlace {
  /** YAML path, `/seq/0/size`. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

export interface EndianSwitch {
  readonly on: Formula;
  readonly cases: readonly { readonly when: Formula | undefined; readonly endian: Endian }[];
}

/** Where a stretch of bytes ends and what of it counts. Sizes are bytes. */
export interface Area {
  readonly size: Formula | undefined;
  readonly sizeEos: boolean;
  /** Its length is also the step at which it is looked for. */
  readonly terminator: Uint8Array | undefined;
  readonly include: boolean;
  readonly consume: boolean;
  readonly eosError: boolean;
  readonly padRight: number | undefined;
  readonly process: Process | undefined;
}

export interface Process {
  readonly name: string;
  readonly args: readonly Formula[];
}

export type DataType =
  | {
      readonly kind: "int";
      readonly bytes: 1 | 2 | 4 | 8;
      readonly signed: boolean;
      readonly endian: Endian | undefined;
    }
  | { readonly kind: "float"; readonly bytes: 4 | 8; readonly endian: Endian | undefined }
  | { readonly kind: "bits"; readonly bits: number; readonly order: Endian; readonly asBool: boolean }
  | { readonly kind: "bytes"; readonly area: Area }
  | { readonly kind: "str"; readonly area: Area; readonly encoding: string }
  | StructUse
  | SwitchUse;

export interface StructUse {
  readonly kind: "struct";
  readonly name: TypeName;
  type: TypeDef;
  /** Of another file: gets neither `_root` nor `_parent`. */
  external: boolean;
  /** Declared nowhere, under `ks-opaque-types`: code of others would read it. `type` means nothing then. */
  opaque: boolean;
  readonly args: readonly Formula[];
  /** Undefined: reads from the stream of the struct that has it. */
  readonly area: Area | undefined;
  /** `parent:`; null for `parent: false`. */
  readonly parent: Formula | null | undefined;
}

export interface SwitchUse {
  readonly kind: "switch";
  readonly on: Formula;
  readonly cases: readonly { readonly when: Formula; readonly type: DataType }[];
  /** Without a match: this, or a raw area if there is one, or nothing is read. */
  readonly otherwise: DataType | undefined;
}

export type Repeat =
  | { readonly kind: "eos" }
  | { readonly kind: "count"; readonly count: Formula }
  | { readonly kind: "until"; readonly until: Formula };

export interface Valid {
  readonly eq?: Formula;
  readonly min?: Formula;
  readonly max?: Formula;
  readonly anyOf?: readonly Formula[];
  readonly inEnum?: boolean;
  readonly expr?: Formula;
  /** For `contents`: what the bytes must be. */
  readonly contents?: Uint8Array;
}

interface Documented {
  readonly doc: string | undefined;
  readonly docRef: readonly string[];
}

export interface FieldDef extends Documented {
  readonly role: "seq" | "instance";
  readonly id: string;
  readonly at: SchemaPlace;
  /** Its place in `seq` or `instances`. */
  readonly index: number;
  readonly condition: Formula | undefined;
  readonly data: DataType;
  readonly repeat: Repeat | undefined;
  readonly enumName: EnumUse | undefined;
  readonly valid: Valid | undefined;
  readonly pos: Formula | undefined;
  readonly io: Formula | undefined;
  /** Bytes that it always takes from a byte boundary, without condition or repetition; undefined when they vary. */
  fixedBytes: number | undefined;
}

export interface ValueDef extends Documented {
  readonly role: "value";
  readonly id: string;
  readonly at: SchemaPlace;
  readonly index: number;
  readonly condition: Formula | undefined;
  readonly value: Formula;
  readonly enumName: EnumUse | undefined;
  readonly valid: Valid | undefined;
}

export interface ParamDef extends Documented {
  readonly role: "param";
  readonly id: string;
  readonly at: SchemaPlace;
  readonly index: number;
  readonly type: ParamType;
  readonly enumName: EnumUse | undefined;
}

export type ParamType =
  | { readonly kind: "simple"; readonly name: SimpleParam; readonly arrays: number; readonly u1: boolean }
  | { readonly kind: "struct"; readonly name: TypeName; type: TypeDef | undefined; readonly arrays: number };
export type SimpleParam = "int" | "float" | "bool" | "str" | "bytes" | "struct" | "io" | "any";

export interface EnumUse {
  readonly name: TypeName;
  enumDef: EnumDef;
}

export type InstanceDef = FieldDef | ValueDef;
export type Member = FieldDef | ValueDef | ParamDef;

export interface EnumMember extends Documented {
  readonly label: string;
  readonly value: number | bigint;
}

export interface EnumDef {
  /** Absolute: `pkg::animal`. */
  readonly name: string;
  readonly at: SchemaPlace;
  /** Keyed by the decimal digits of the value. */
  readonly byValue: ReadonlyMap<string, EnumMember>;
  readonly byLabel: ReadonlyMap<string, EnumMember>;
  /** Of its own type, where it declares one. */
  readonly range?: readonly [bigint, bigint] | undefined;
}

export interface TypeDef extends Documented {
  readonly id: string;
  /** Absolute: `elf::endian_elf::header`. */
  readonly name: string;
  readonly file: KsyFile;
  readonly at: SchemaPlace;
  readonly outer: TypeDef | undefined;
  readonly params: readonly ParamDef[];
  readonly seq: readonly FieldDef[];
  readonly instances: readonly InstanceDef[];
  readonly members: ReadonlyMap<string, Member>;
  readonly types: ReadonlyMap<string, TypeDef>;
  readonly enums: ReadonlyMap<string, EnumDef>;
  /** Undefined: of the outer type. */
  readonly endian: Endian | EndianSwitch | undefined;
  readonly toText: Formula | undefined;
}

export interface Meta {
  readonly id: string;
  readonly title: string | undefined;
  readonly fileExtensions: readonly string[];
  readonly imports: readonly { readonly name: string; readonly at: SchemaPlace }[];
  readonly opaqueTypes: boolean;
}

export interface KsyFile {
  /** As the loader names it. */
  readonly file: string;
  readonly meta: Meta;
  top: TypeDef;
  /** Top types of the imported files, by their `meta/id` and by the name they were imported under. */
  readonly imported: Map<string, TypeDef>;
}

export interface Template {
  readonly root: TypeDef;
  readonly files: readonly KsyFile[];
  readonly warnings: readonly TemplateProblem[];
}

/** The switch or fixed order that default-endian numbers of `type` follow; undefined when none was given. */
export function endianOf(
  type: TypeDef,
): { readonly endian: Endian | EndianSwitch; readonly owner: TypeDef } | undefined {
  for (let at: TypeDef | undefined = type; at !== undefined; at = at.outer) {
    if (at.endian !== undefined) return { endian: at.endian, owner: at };
  }
  return undefined;
}
