// What `process` does to bytes: xor, rol, ror, zlib. Output is bounded before it is made.
// Routines that a program would have to bring along are named and refused.
import { Unzlib } from "fflate";
import { limit, StructError } from "../errors";
import type { Budget } from "../limits";
import { Bytes, isInteger, kindOf, List, typeFault, type Value } from "./values";

export function applyProcess(
  name: string,
  args: readonly Value[],
  input: Bytes,
  budget: Budget,
): Uint8Array<ArrayBuffer> {
  switch (name) {
    case "xor":
      return xor(input.copy(budget), keyBytes(args[0] ?? null, budget));
    case "rol":
      return rotate(input.copy(budget), rotation(args[0] ?? null));
    case "ror":
      return rotate(input.copy(budget), -rotation(args[0] ?? null));
    case "zlib":
      return inflate(input, budget);
    default:
      throw new StructError("NotSupportedError", `process '${name}' is not supported: it is code of another program`);
  }
}

function keyBytes(key: Value, budget: Budget): Uint8Array {
  if (key instanceof Bytes) return key.copy(budget);
  // Of a wider integer the low byte counts, as in compiled readers.
  if (isInteger(key)) return Uint8Array.of(Number(BigInt.asUintN(8, BigInt(key))));
  if (key instanceof List) return Uint8Array.from(key.items, (item) => Number(item) % 256);
  throw typeFault(`xor takes a byte or a byte array, got ${kindOf(key)}`);
}

function xor(bytes: Uint8Array<ArrayBuffer>, key: Uint8Array): Uint8Array<ArrayBuffer> {
  if (key.length === 0) return bytes;
  let at = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = (bytes[index] ?? 0) ^ (key[at] ?? 0);
    at = at + 1 === key.length ? 0 : at + 1;
  }
  return bytes;
}

function rotation(amount: Value): number {
  if (!isInteger(amount)) throw typeFault(`a rotation takes an integer, got ${kindOf(amount)}`);
  return Number(BigInt(amount) % 8n);
}

function rotate(bytes: Uint8Array<ArrayBuffer>, left: number): Uint8Array<ArrayBuffer> {
  const by = (left + 8) % 8;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    bytes[index] = (byte << by) | (byte >> (8 - by));
  }
  return bytes;
}

/** Input goes in by small pieces: deflate makes at most a thousandfold of one before the size is checked again. */
const inputStep = 16 * 1024;

function inflate(input: Bytes, budget: Budget): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const inflater = new Unzlib((piece) => {
    size += piece.length;
    budget.allow(size, "zlib output");
    budget.spend(piece.length / 256);
    pieces.push(piece.slice());
  });
  try {
    for (let at = 0; at < input.length || at === 0; at += inputStep) {
      const end = Math.min(at + inputStep, input.length);
      const chunk = input.backing.copy(input.start + at, end - at);
      inflater.push(chunk, end >= input.length);
    }
  } catch (thrown) {
    if (thrown instanceof StructError) throw thrown;
    if (thrown instanceof RangeError) throw limit("zlib output too large");
    throw new StructError("ProcessError", `zlib: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
  const output = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    output.set(piece, at);
    at += piece.length;
  }
  return output;
}
