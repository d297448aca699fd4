// Counts and offsets as text for people. Exact below 2^53, the same in every language and time zone. Pure.

const UNITS = ["bytes", "KB", "MB", "GB", "TB", "PB"] as const;

/** Two or three figures and a decimal unit: "83 GB", "1.5 MB", "1 byte". Units of 1000, as disks are sold.
 *  @param count bytes, 0 to 2^53 - 1. */
export function formatByteCount(count: number): string {
  if (count === 1) return "1 byte";
  let scaled = count;
  let unit = 0;
  // 999.5 would be shown as 1000.
  while (unit < UNITS.length - 1 && (unit === 0 ? scaled >= 1000 : scaled >= 999.5)) {
    scaled /= 1000;
    unit += 1;
  }
  if (unit === 0) return `${scaled} bytes`;
  const text = scaled < 9.95 ? scaled.toFixed(1).replace(/\.0$/, "") : scaled.toFixed(0);
  return `${text} ${UNITS[unit] ?? ""}`;
}

/** All digits in groups of three: "8,796,093,022,208". */
export function formatExact(count: number | bigint): string {
  return count.toString().replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 byte", "4,096 bytes". */
export function formatExactBytes(count: number): string {
  return `${formatExact(count)} ${count === 1 ? "byte" : "bytes"}`;
}

/** Digits that every offset of a document of `size` bytes fits into: even, at least 8. */
export function hexOffsetDigits(size: number): number {
  const digits = size.toString(16).length;
  return Math.max(8, digits + (digits % 2));
}

/** Upper-case hex without prefix, padded with zeros to `digits`. */
export function formatHexOffset(offset: number, digits = 8): string {
  return offset.toString(16).toUpperCase().padStart(digits, "0");
}
