// What the addon can do and its stand-ins cannot: each call says why. No Node here.
import { EngineError } from "../engineError";
import type { NativeAddon } from "../nativeAddon";

/** For all else that the addon can do: the reason why it is not possible. */
export function saying(why: string, known: Partial<NativeAddon>): NativeAddon {
  const missing = (): never => {
    throw new EngineError("unsupported", `This needs the native core of Terahex, which ${why}.`);
  };
  // A promise that gives it would take anything called "then" for a promise.
  const get = (all: Partial<NativeAddon>, name: string | symbol): unknown =>
    Reflect.get(all, name) ?? (name === "then" || name === "plain" ? undefined : missing);
  return new Proxy(known, { get }) as NativeAddon;
}
