// The child process of plainNode.test.ts: saves a document without the addon again and again, until it is killed.
// Usage: savingChild.ts FILE STORAGE in-place|rewritten
import { EngineDocument } from "../../../extension/src/engine/document";
import { plainAddon } from "../../../extension/src/engine/plain/plainAddon";

const [file = "", storageFolder = "", how = ""] = process.argv.slice(2);

async function main(): Promise<void> {
  const document = EngineDocument.open(file, { storageFolder }, plainAddon());
  for (let round = 1; ; round++) {
    const value = Uint8Array.of(round % 256);
    // Everything, so that a half-written file shows.
    document.fill(0, document.size, value);
    if (how === "rewritten") {
      document.insert(0, value);
      document.insert(document.size, value);
    }
    await document.commit();
    process.stdout.write(".");
  }
}
void main();
