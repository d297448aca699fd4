// As loadAddon.ts in a browser, where no addon can be loaded and no document is behind one.
import { EngineError } from "./engineError";

export function loadAddon(): never {
  throw new EngineError("unsupported", "This needs the native core of Terahex, which does not run in a browser.");
}
