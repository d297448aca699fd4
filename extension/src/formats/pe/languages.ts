// Names of the languages of resources. Data, and the names that the runtime knows for the tags. Pure.
// Source: [MS-LCID] Windows Language Code Identifier Reference, 2.2; a number is a language (ten bits) and a variety of it (six).

const LANGUAGE_BITS = 0x400;

/** Tags of the languages by themselves. */
// prettier-ignore
const LANGUAGES: Readonly<Record<number, string>> = {
  0x01: "ar", 0x02: "bg", 0x03: "ca", 0x04: "zh", 0x05: "cs", 0x06: "da", 0x07: "de", 0x08: "el", 0x09: "en", 0x0a: "es",
  0x0b: "fi", 0x0c: "fr", 0x0d: "he", 0x0e: "hu", 0x0f: "is", 0x10: "it", 0x11: "ja", 0x12: "ko", 0x13: "nl", 0x14: "no",
  0x15: "pl", 0x16: "pt", 0x17: "rm", 0x18: "ro", 0x19: "ru", 0x1a: "hr", 0x1b: "sk", 0x1c: "sq", 0x1d: "sv", 0x1e: "th",
  0x1f: "tr", 0x20: "ur", 0x21: "id", 0x22: "uk", 0x23: "be", 0x24: "sl", 0x25: "et", 0x26: "lv", 0x27: "lt", 0x28: "tg",
  0x29: "fa", 0x2a: "vi", 0x2b: "hy", 0x2c: "az", 0x2d: "eu", 0x2f: "mk", 0x36: "af", 0x37: "ka", 0x38: "fo", 0x39: "hi",
  0x3a: "mt", 0x3c: "ga", 0x3e: "ms", 0x3f: "kk", 0x40: "ky", 0x41: "sw", 0x43: "uz", 0x44: "tt", 0x45: "bn", 0x46: "pa",
  0x47: "gu", 0x49: "ta", 0x4a: "te", 0x4b: "kn", 0x4c: "ml", 0x4e: "mr", 0x4f: "sa", 0x50: "mn", 0x52: "cy", 0x56: "gl",
  0x61: "ne", 0x62: "fy",
};

/** Tags of varieties, where they say more than the language. */
// prettier-ignore
const VARIETIES: Readonly<Record<number, string>> = {
  0x0401: "ar-SA", 0x0404: "zh-TW", 0x0407: "de-DE", 0x0409: "en-US", 0x040a: "es-ES", 0x040c: "fr-FR", 0x0410: "it-IT",
  0x0414: "nb-NO", 0x0416: "pt-BR", 0x041a: "hr-HR", 0x0804: "zh-CN", 0x0807: "de-CH", 0x0809: "en-GB", 0x080a: "es-MX",
  0x080c: "fr-BE", 0x0810: "it-CH", 0x0813: "nl-BE", 0x0814: "nn-NO", 0x0816: "pt-PT", 0x081a: "sr-Latn-CS", 0x0c04: "zh-HK",
  0x0c07: "de-AT", 0x0c09: "en-AU", 0x0c0a: "es-ES", 0x0c0c: "fr-CA", 0x0c1a: "sr-Cyrl-CS", 0x1004: "zh-SG", 0x1007: "de-LU",
  0x1009: "en-CA", 0x100c: "fr-CH", 0x1404: "zh-MO", 0x1409: "en-NZ", 0x140c: "fr-LU", 0x1809: "en-IE", 0x1c09: "en-ZA",
};

/** 0, and languages that only say what the reader's own is. */
const NEUTRAL: Readonly<Record<number, string>> = {
  0x0000: "no language",
  0x0400: "the user's language",
  0x0800: "the system's language",
};

let names: Intl.DisplayNames | undefined;

/** "English (United States)"; undefined for a number that is not known here. */
export function languageName(id: number): string | undefined {
  const tag = VARIETIES[id] ?? LANGUAGES[id % LANGUAGE_BITS];
  if (NEUTRAL[id] !== undefined || tag === undefined) return NEUTRAL[id];
  names ??= new Intl.DisplayNames(["en"], { type: "language", languageDisplay: "standard" });
  return names.of(tag);
}
