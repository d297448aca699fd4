// What a struct's parameter is worth inside: the argument, as the type that the parameter declares.
import type { ParamDef } from "../ksy/model";
import { Bytes, EnumValue, Float, isInteger, List, type Value } from "./values";

export function parameterValue(param: ParamDef, value: Value): Value {
  if (param.enumName !== undefined && isInteger(value)) return new EnumValue(param.enumName.enumDef, value);
  if (param.type.kind !== "simple" || param.type.arrays > 0) {
    const wantsArray = param.type.arrays > 0 && value instanceof Bytes;
    return wantsArray ? new List(Array.from(value.backing.copy(value.start, value.length))) : value;
  }
  if (param.type.name === "float" && isInteger(value)) return new Float(Number(value));
  if (param.type.name === "bytes" && value instanceof List && value.items.every((item) => typeof item === "number")) {
    return Bytes.of(Uint8Array.from(value.items));
  }
  return value;
}
