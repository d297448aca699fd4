// The language of .ksy files, as package.json contributes it.
export const KSY_LANGUAGE = "kaitai-struct";
