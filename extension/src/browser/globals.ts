// What Node has as globals and a browser's worker has not. Put in front of the browser's build.
import { Buffer } from "buffer";

export { Buffer };

export function setImmediate(run: () => void): unknown {
  return setTimeout(run, 0);
}
