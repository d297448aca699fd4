// Points in time of the data inspector, always UTC (DOS times have no zone and are shown as they stand). Pure.
// Sources: POSIX time_t; FILETIME and DosDateTimeToFileTime, Microsoft Learn.
import { encoded, noValue, readUnsigned, refused, value, writeUnsigned } from "./field";
import type { InspectorField } from "./field";

/** What a Date can hold, in milliseconds from 1970. */
const MAX_DATE_MS = 8.64e15;
/** 1601 to 1970, in units of 100 ns. */
const FILETIME_EPOCH = 116444736000000000n;
const TICKS_PER_SECOND = 10_000_000n;
const HINT = "Type a time such as 2026-01-31 23:59:58.";

interface ParsedTime {
  readonly seconds: bigint;
  /** 100 ns units behind the second. */
  readonly ticks: bigint;
}

export function unixTimeField(bits: 32 | 64): InspectorField {
  const length = bits / 8;
  const name = `time_t ${bits}`;
  return {
    id: `time${bits}`,
    label: name,
    title: `Seconds since 1970, signed ${bits}-bit, UTC`,
    shape: "wide",
    minBytes: length,
    maxBytes: length,
    decode: (bytes, littleEndian) => {
      const seconds = BigInt.asIntN(bits, readUnsigned(bytes, littleEndian));
      const text = secondsText(seconds);
      return text === undefined ? noValue("beyond the calendar") : value(`${text}Z`, length);
    },
    encode: (text, littleEndian) => {
      const time = parseTime(text);
      if (time === undefined) return refused(HINT);
      if (time.ticks !== 0n) return refused(`${name} holds whole seconds.`);
      const raw = BigInt.asUintN(bits, time.seconds);
      if (BigInt.asIntN(bits, raw) !== time.seconds) return refused(`${name} ends on 2038-01-19.`);
      return encoded(writeUnsigned(raw, length, littleEndian));
    },
  };
}

export const filetimeField: InspectorField = {
  id: "filetime",
  label: "FILETIME",
  title: "Units of 100 ns since 1601, UTC",
  shape: "wide",
  minBytes: 8,
  maxBytes: 8,
  decode: (bytes, littleEndian) => {
    const all = readUnsigned(bytes, littleEndian);
    const rest = all % TICKS_PER_SECOND;
    // 2^64 units end in the year 60056, well inside the calendar.
    const text = secondsText((all - rest - FILETIME_EPOCH) / TICKS_PER_SECOND);
    const part = rest === 0n ? "" : `.${rest.toString().padStart(7, "0")}`;
    return text === undefined ? noValue("beyond the calendar") : value(`${text}${part}Z`, 8);
  },
  encode: (text, littleEndian) => {
    const time = parseTime(text);
    if (time === undefined) return refused(HINT);
    const all = time.seconds * TICKS_PER_SECOND + time.ticks + FILETIME_EPOCH;
    if (all < 0n || all >= 1n << 64n) return refused("FILETIME holds the years 1601 to 60056.");
    return encoded(writeUnsigned(all, 8, littleEndian));
  },
};

export const dosTimeField: InspectorField = {
  id: "dostime",
  label: "DOS time",
  title: "FAT time and date, each 16 bits, time first; even seconds, no zone",
  shape: "wide",
  minBytes: 4,
  maxBytes: 4,
  decode: (bytes, littleEndian) => {
    const all = Number(readUnsigned(bytes, littleEndian));
    const part = (from: number, bits: number): number => Math.floor(all / 2 ** from) % 2 ** bits;
    const seconds = part(0, 5) * 2;
    const [minutes, hours, day, month, year] = [part(5, 6), part(11, 5), part(16, 5), part(21, 4), 1980 + part(25, 7)];
    const text = `${year}-${two(month)}-${two(day)} ${two(hours)}:${two(minutes)}:${two(seconds)}`;
    return parseTime(text) === undefined ? noValue("not a DOS time") : value(text, 4);
  },
  encode: (text, littleEndian) => {
    const time = parseTime(text);
    if (time === undefined || /z$/i.test(text.trim())) return refused("Type a time such as 1996-01-31 23:59:58.");
    const date = new Date(Number(time.seconds) * 1000);
    const year = date.getUTCFullYear() - 1980;
    if (year < 0 || year > 127) return refused("DOS time holds the years 1980 to 2107.");
    if (time.ticks !== 0n || time.seconds % 2n !== 0n) return refused("DOS time holds even seconds only.");
    const day = year * 512 + (date.getUTCMonth() + 1) * 32 + date.getUTCDate();
    const clock = date.getUTCHours() * 2048 + date.getUTCMinutes() * 32 + date.getUTCSeconds() / 2;
    return encoded(writeUnsigned(BigInt(day * 65536 + clock), 4, littleEndian));
  },
};

function two(number: number): string {
  return String(number).padStart(2, "0");
}

/** "2026-01-31 23:59:58", with a signed six-digit year beyond 0 to 9999; undefined beyond the calendar. */
function secondsText(seconds: bigint): string | undefined {
  const ms = Number(seconds) * 1000;
  if (Math.abs(ms) > MAX_DATE_MS) return undefined;
  return new Date(ms).toISOString().replace("T", " ").replace(".000Z", "");
}

function parseTime(text: string): ParsedTime | undefined {
  const pattern = /^([+-]\d{6}|\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?\s*(?:Z|UTC)?$/i;
  const match = pattern.exec(text.trim());
  if (match === null) return undefined;
  const date = `${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}`;
  const ms = Date.parse(`${date}Z`);
  // Date.parse takes 31 February for 3 March, and 24:00 for the next day.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(date)) return undefined;
  return { seconds: BigInt(ms) / 1000n, ticks: BigInt((match[7] ?? "").padEnd(7, "0")) };
}
