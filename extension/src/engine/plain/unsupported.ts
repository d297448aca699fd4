// What the addon can do and its stand-ins cannot: each call says why. No Node here.
import { EngineError } from "../engineError";
import type { NativeAddon } from "../nativeAddon";

/** For all else that the addon can do: the reason why it is not possible. */
export function saying(why: string, known: Partial<NativeAddon>): NativeAddon {
  const missing = (): never => {
    throw new EngineError("unsupported", `This needs the native core of Terahex, which ${why}.`);
  };
  return new Proxy(known, { get: (all, name): unknown => Reflect.get(all, name) ?? missing }) as NativeAddon;
}
