// Fields of messages that arrive as `unknown`: each is what its reader says, or the message is malformed. Pure.

export class Malformed extends Error {}

export type Fields = Readonly<Record<string, unknown>>;

export function unknownType(what: string, type: never): never {
  throw new Malformed(`unknown ${what} ${shown(type)}`);
}

export function fields(value: unknown, name: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Malformed(`${name}: not an object`);
  return value as Fields;
}

export function own(of: Fields, name: string): unknown {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}

export function offsetOf(of: Fields, name: string): number {
  const value = own(of, name);
  // Object.is: -0 is an integer, but prints and divides unlike 0.
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0 || Object.is(value, -0)) {
    throw new Malformed(`${name}: not a safe integer of 0 or more: ${shown(value)}`);
  }
  return value;
}

export function textOf(of: Fields, name: string, longest: number): string {
  const value = own(of, name);
  if (typeof value !== "string" || value.length > longest) {
    throw new Malformed(`${name}: not a text of at most ${longest} characters: ${shown(value)}`);
  }
  return value;
}

export function flag(of: Fields, name: string): boolean {
  const value = own(of, name);
  if (typeof value !== "boolean") throw new Malformed(`${name}: not a boolean: ${shown(value)}`);
  return value;
}

export function oneOf<T extends string>(of: Fields, name: string, known: Readonly<Record<T, true>>): T {
  const value = own(of, name);
  if (typeof value !== "string" || !Object.hasOwn(known, value))
    throw new Malformed(`${name}: unknown: ${shown(value)}`);
  return value as T;
}

export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  return typeof value === "number" || typeof value === "boolean" ? String(value) : typeof value;
}
