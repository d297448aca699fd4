// What the keys of a .ksy file mean, in our own words: for completion and hover. Data only; which keys are allowed where is
// ksy/schema.ts's. @see Kaitai Struct User Guide and KSY syntax reference.

export type Place =
  | "type"
  | "meta"
  | "attribute"
  | "instance"
  | "param"
  | "switch"
  | "cases"
  | "valid"
  | "enumMember"
  | "seqList"
  | "paramList"
  | "importList"
  | "instanceMap"
  | "typeMap"
  | "enumMap"
  | "enum"
  | "other";

const anywhere: Readonly<Record<string, string>> = {
  doc: "Describes it for people. Markdown is customary.",
  "doc-ref": "Where the specification says so: a URL, a section, or a list of them.",
};

const typeKeys: Readonly<Record<string, string>> = {
  meta: "Names the template and sets what holds for all of it: byte order, encoding, imports. In a nested type: the defaults of that type.",
  seq: "The fields, one after the other, as they lie in the stream.",
  instances:
    "Fields at places of their own (`pos`), and values computed from others (`value`). Read only when asked for.",
  types: "Types that fields here and in deeper types may name.",
  enums: "Names for integers.",
  params: "What a type is given by whoever uses it: `type: chunk(4)`.",
  "to-string": "Expression of the text that stands for a value of this type.",
};

const metaKeys: Readonly<Record<string, string>> = {
  id: "Name of the template and of its top type: lower case letters, digits and `_`.",
  title: "Name of the format for people.",
  application: "Program that writes such files.",
  "file-extension": "Extension, or a list of them, without the dot. Terahex recognises files by it.",
  xref: "Names of the format elsewhere: `mime`, `pronom`, `rfc`, `wikidata`, …",
  license: "SPDX identifier of the template's own licence.",
  tags: "Keywords.",
  "ks-version": "Oldest version of the language that the template needs.",
  "ks-debug": "Asks a compiler for positions. Terahex always has them.",
  "ks-opaque-types": "Types that no file declares may be someone's code; Terahex looks for a .ksy of that name.",
  "ks-zero-copy-substream": "Asks a compiler not to copy. Terahex never does.",
  imports: "Other templates to use types of: `name` beside this file, `/folder/name` in the folders of templates.",
  encoding: "Default encoding of strings: `UTF-8`, `ASCII`, `UTF-16LE`, …",
  endian: "Default byte order of numbers: `le`, `be`, or a map with `switch-on` and `cases`.",
  "bit-endian":
    "Order in which bit-sized integers take the bits of a byte: `be` from the top (default), `le` from the bottom.",
};

const attributeKeys: Readonly<Record<string, string>> = {
  id: "Name of the field: lower case letters, digits and `_`.",
  type: "What is read: a number (`u4le`), a string, a type of this template. Without it: bytes.",
  contents: "The bytes that must stand here: a string, or a list of bytes and strings.",
  size: "Length in bytes, as an expression.",
  "size-eos": "`true`: everything up to the end of the stream.",
  terminator: "The byte, or list of bytes, that ends it.",
  include: "`true`: the terminator belongs to the value.",
  consume: "`false`: the stream stays before the terminator.",
  "eos-error": "`false`: the stream's end will do in place of the terminator.",
  "pad-right": "The byte that fills the rest of `size` and is cut off.",
  if: "Expression; the field is there only where it is true.",
  repeat:
    "`eos`: until the stream ends; `expr`: `repeat-expr` times; `until`: up to the element for which `repeat-until` is true.",
  "repeat-expr": "How many elements, as an expression.",
  "repeat-until": "Expression on each element, called `_`; the first for which it is true is the last one.",
  process: "How the bytes are decoded before they are read: `zlib`, `xor(key)`, `rol(n)`, `ror(n)`.",
  enum: "The enum that names the number's values.",
  encoding: "Encoding of this string.",
  valid: "What the value must be: one value, or a map of `eq`, `min`, `max`, `any-of`, `in-enum`, `expr`.",
  parent: "What `_parent` is within: an expression, or `false` for nothing.",
};

const instanceKeys: Readonly<Record<string, string>> = {
  ...attributeKeys,
  pos: "Where it begins, in bytes from the start of its stream, as an expression.",
  io: "The stream it is read from: `_root._io`, or one of a sized field.",
  value: "The expression it stands for: nothing is read.",
};

export const keyDocs: Readonly<Record<Place, Readonly<Record<string, string>>>> = {
  type: { ...typeKeys, ...anywhere },
  meta: metaKeys,
  attribute: { ...attributeKeys, ...anywhere },
  instance: { ...instanceKeys, ...anywhere },
  param: {
    id: "Name of the parameter.",
    type: "`int`, `float`, `bool`, `str`, `bytes`, `struct`, `io`, `any`, a number's type, a type of this template; `[]` behind it for arrays.",
    enum: "The enum that names the number's values.",
    ...anywhere,
  },
  switch: {
    "switch-on": "Expression that decides which case it is.",
    cases: "Value of the expression → type. `_` is any other.",
  },
  cases: { _: "Any other value." },
  valid: {
    eq: "The value it must be.",
    min: "The least that is allowed.",
    max: "The most that is allowed.",
    "any-of": "A list of the values that are allowed.",
    "in-enum": "`true`: the enum must have a name for it.",
    expr: "Expression on the value, called `_`, that must be true.",
  },
  enumMember: { id: "Name of the value.", ...anywhere },
  seqList: {},
  paramList: {},
  importList: {},
  instanceMap: {},
  typeMap: {},
  enumMap: {},
  enum: {},
  other: {},
};

/** Values of keys that have few. */
export const keyValues: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  endian: { le: "Least significant byte first.", be: "Most significant byte first." },
  "bit-endian": {
    le: "From the least significant bit of each byte.",
    be: "From the most significant bit of each byte.",
  },
  repeat: { eos: "Until the stream ends.", expr: "`repeat-expr` times.", until: "Until `repeat-until` is true." },
  process: {
    zlib: "Decompresses.",
    "xor()": "With a byte, or with bytes over and over.",
    "rol()": "Rotates each byte left by so many bits.",
    "ror()": "Rotates each byte right by so many bits.",
  },
  ...Object.fromEntries(
    [
      "size-eos",
      "include",
      "consume",
      "eos-error",
      "in-enum",
      "ks-debug",
      "ks-opaque-types",
      "ks-zero-copy-substream",
    ].map((key) => [key, { true: "", false: "" }]),
  ),
};

function integerDocs(): [string, string][] {
  return [1, 2, 4, 8].flatMap((bytes) =>
    ["", "le", "be"].flatMap((order): [string, string][] => {
      if (bytes === 1 && order !== "") return [];
      const words = {
        "": "in the default byte order",
        le: "least significant byte first",
        be: "most significant byte first",
      };
      const behind = bytes === 1 ? "" : `, ${words[order as keyof typeof words]}`;
      return [
        [`u${bytes}${order}`, `Unsigned integer of ${bytes * 8} bits${behind}.`],
        [`s${bytes}${order}`, `Signed integer of ${bytes * 8} bits${behind}.`],
      ];
    }),
  );
}

export const typeWordDocs: Readonly<Record<string, string>> = {
  ...Object.fromEntries(integerDocs()),
  f4: "IEEE 754 number of 32 bits, in the default byte order.",
  f8: "IEEE 754 number of 64 bits, in the default byte order.",
  f4le: "IEEE 754 number of 32 bits, least significant byte first.",
  f4be: "IEEE 754 number of 32 bits, most significant byte first.",
  f8le: "IEEE 754 number of 64 bits, least significant byte first.",
  f8be: "IEEE 754 number of 64 bits, most significant byte first.",
  b1: "One bit, as a boolean. `b2` to `b64`: unsigned integers of so many bits.",
  str: "String of a given size.",
  strz: "String that ends with a null.",
};

export const paramTypeWords: readonly string[] = ["int", "float", "bool", "str", "bytes", "struct", "io", "any"];

export const encodings: readonly string[] = [
  "ASCII",
  "UTF-8",
  "UTF-16LE",
  "UTF-16BE",
  "UTF-32LE",
  "UTF-32BE",
  "ISO-8859-1",
  "ISO-8859-15",
  "windows-1250",
  "windows-1251",
  "windows-1252",
  "IBM437",
  "IBM850",
  "IBM866",
  "KOI8-R",
  "macintosh",
  "Shift_JIS",
  "EUC-JP",
  "EUC-KR",
  "GB2312",
  "GB18030",
  "Big5",
];

export const nameDocs: Readonly<Record<string, string>> = {
  _root: "The top struct of this template.",
  _parent: "The struct that this one is a field of.",
  _io: "The stream that this struct is read from: `.size`, `.pos`, `.eof`.",
  _: "The element that was just read (`repeat-until`), or the value in question (`valid`).",
  _index: "Number of the element being read, from 0; in repeat-until, how many have been read.",
  _on: "What `switch-on` gave.",
  _is_le: "Whether the calculated byte order is little endian.",
};

export const methodDocs: Readonly<Record<string, string>> = {
  to_i: "As an integer; of a string in the base given, 10 without.",
  to_s: "As a string; of bytes in the encoding given.",
  length: "Number of characters, bytes or elements.",
  size: "Number of bytes or elements.",
  reverse: "The characters back to front.",
  substring: "The characters from one index up to, not including, another.",
  first: "The first element.",
  last: "The last element.",
  min: "The least element.",
  max: "The greatest element.",
  pos: "How far the stream has been read, in bytes.",
  eof: "Whether the stream has been read to its end.",
  as: "Takes the value for one of the type in `<>`.",
};
