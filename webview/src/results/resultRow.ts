// A hit as the list shows it: where it is, and the bytes there and around it in three parts. Pure.
import type { HitRow } from "../../../shared/findProtocol";
import { isPrintable } from "../grid/cellModel";

export interface ResultText {
  readonly offset: string;
  readonly hex: readonly [string, string, string];
  readonly text: readonly [string, string, string];
}

export function resultText({ hit, contextStart, context }: HitRow): ResultText {
  const first = Math.min(context.length, hit.start - contextStart);
  const end = Math.min(context.length, hit.end - contextStart);
  const parts = [context.slice(0, first), context.slice(first, end), context.slice(end)] as const;
  const hex = (bytes: readonly number[]): string =>
    bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ");
  const text = (bytes: readonly number[]): string =>
    bytes.map((byte) => (isPrintable(byte) ? String.fromCharCode(byte) : "·")).join("");
  return {
    offset: `0x${hit.start.toString(16).toUpperCase()}`,
    hex: [hex(parts[0]), hex(parts[1]), hex(parts[2])],
    text: [text(parts[0]), text(parts[1]), text(parts[2])],
  };
}
