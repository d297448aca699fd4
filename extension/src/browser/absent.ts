// In the place of Node's modules that a browser has nothing for: whatever is called of them fails with the reason.
import { EngineError } from "../engine/engineError";

const fail = (): never => {
  throw new EngineError("unsupported", "This is not possible in a browser.");
};

const absent: unknown = new Proxy(fail, {
  get: (_, name) => (name === "then" || typeof name === "symbol" ? undefined : absent),
  construct: fail,
});

// esbuild takes any name from a CommonJS module.
module.exports = absent;
