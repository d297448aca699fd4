// Which keys a .ksy file may have, and where. Data only. @see KSY syntax diagram and ksy_schema.json of the Kaitai project.
// Keys that begin with "-" are free for anyone and are passed over everywhere.

export const typeKeys = [
  "meta",
  "doc",
  "doc-ref",
  "to-string",
  "params",
  "seq",
  "types",
  "instances",
  "enums",
] as const;

export const metaKeys = [
  "id",
  "title",
  "application",
  "file-extension",
  "xref",
  "license",
  "tags",
  "ks-version",
  "ks-debug",
  "ks-opaque-types",
  "ks-zero-copy-substream",
  "imports",
  "encoding",
  "endian",
  "bit-endian",
] as const;

const commonKeys = ["id", "doc", "doc-ref", "type", "if", "repeat", "repeat-expr", "repeat-until", "valid", "contents"];
const byteKeys = [
  "size",
  "size-eos",
  "terminator",
  "consume",
  "include",
  "eos-error",
  "pad-right",
  "process",
  "parent",
];

/** Keys that mean nothing for a number, and that the language forbids there. */
export const sizedOnlyKeys: readonly string[] = ["size", "size-eos", "pad-right", "process", "encoding"];

export const attributeKeys: readonly string[] = [...commonKeys, ...byteKeys, "encoding", "enum"];
export const instanceKeys: readonly string[] = [...attributeKeys, "pos", "io", "value"];
/** Keys that a value instance may have beside `value`. */
export const valueInstanceKeys: readonly string[] = ["id", "doc", "doc-ref", "value", "type", "enum", "if", "valid"];
export const paramKeys: readonly string[] = ["id", "doc", "doc-ref", "type", "enum"];
export const switchKeys: readonly string[] = ["switch-on", "cases"];
/** Of `valid`: what may stand together. */
export const validKeys: readonly (readonly string[])[] = [["eq"], ["min", "max"], ["any-of"], ["in-enum"], ["expr"]];
export const enumMemberKeys: readonly string[] = ["id", "doc", "doc-ref"];

export const identifierPattern = /^[a-z][a-z0-9_]*$/;
export const importPattern = /^(.*\/)?[a-zA-Z][a-zA-Z0-9_-]*$/;
/** What a type's name or an enum's label may be; labels are spelled more freely in old files. */
export const labelPattern = /^[a-z][a-z0-9_]*$/;
