// What `valid` and `contents` have against a value. A violation is told, not thrown: reading goes on.
// @see Kaitai Struct User Guide, "Validating attribute values".
import { StructError } from "../errors";
import type { Environment } from "../expression/evaluate";
import { compareValues, equalValues, truth } from "../expression/operators";
import type { Valid } from "../ksy/model";
import type { LazyStruct } from "./lazyStruct";
import { Bytes, EnumValue, Float, kindOf, List, type Value } from "./values";

/** Errors of the formulas themselves are thrown. */
export function validate(self: LazyStruct, valid: Valid, value: Value, outer: Environment): StructError | undefined {
  if (value === null) return undefined;
  const environment = { ...outer, item: value };
  const evaluate = (formula: { evaluate: NonNullable<Valid["eq"]>["evaluate"] } | undefined): Value | undefined =>
    formula === undefined ? undefined : formula.evaluate(self, environment);
  if (valid.contents !== undefined) {
    const wanted = Bytes.of(Uint8Array.from(valid.contents));
    if (value instanceof Bytes && !value.equals(wanted)) return notEqual(wanted, value);
  }
  const eq = evaluate(valid.eq);
  if (eq !== undefined && !equalValues(value, eq)) return notEqual(eq, value);
  const min = evaluate(valid.min);
  if (min !== undefined && !((compareValues(value, min) ?? NaN) >= 0)) {
    return new StructError("ValidationLessThanError", `not in range, min ${show(min)}, but got ${show(value)}`);
  }
  const max = evaluate(valid.max);
  if (max !== undefined && !((compareValues(value, max) ?? NaN) <= 0)) {
    return new StructError("ValidationGreaterThanError", `not in range, max ${show(max)}, but got ${show(value)}`);
  }
  if (
    valid.anyOf !== undefined &&
    !valid.anyOf.some((formula) => equalValues(value, formula.evaluate(self, environment)))
  ) {
    return new StructError("ValidationNotAnyOfError", `not any of the list, got ${show(value)}`);
  }
  if (valid.inEnum === true && value instanceof EnumValue && value.label === null) {
    return new StructError("ValidationNotInEnumError", `not in the enum, got ${show(value)}`);
  }
  if (valid.expr !== undefined && !truth(valid.expr.evaluate(self, environment))) {
    return new StructError("ValidationExprError", `not matching the expression, got ${show(value)}`);
  }
  return undefined;
}

function notEqual(wanted: Value, value: Value): StructError {
  return new StructError("ValidationNotEqualError", `not equal, expected ${show(wanted)}, but got ${show(value)}`);
}

function show(value: Value): string {
  if (value instanceof Bytes) {
    const hex = Array.from(value.prefix(32), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    return `[${hex}${value.length > 32 ? " …" : ""}]`;
  }
  if (typeof value === "string") return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
  if (value instanceof Float) return String(value.value);
  if (value instanceof EnumValue) return value.label === null ? String(value.value) : `${value.label} (${value.value})`;
  if (value instanceof List) return `[${value.items.slice(0, 16).map(show).join(", ")}]`;
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean"
    ? String(value)
    : kindOf(value);
}
