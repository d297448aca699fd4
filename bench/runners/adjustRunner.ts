// Brightens a region of a picture of about a gigabyte, as the editor does, and copies as many bytes in memory; prints both as
// one line of JSON. Usage: adjustRunner.ts FILE STORAGE
import fs from "node:fs";
import { NO_ADJUSTMENT } from "../../shared/adjustment";
import { EngineDocument } from "../../extension/src/engine/document";
import { mapElements } from "../../extension/src/engine/mapElements";
import { adjustPlan } from "../../extension/src/formats/bmp/adjust";
import { BmpPicture } from "../../extension/src/formats/bmp/picture";

async function main([file = "", storageFolder = ""]: readonly string[]): Promise<void> {
  // Into the page cache.
  const block = Buffer.alloc(4 * 2 ** 20);
  const handle = fs.openSync(file, "r");
  while (fs.readSync(handle, block) > 0);
  fs.closeSync(handle);

  const document = EngineDocument.open(file, { storageFolder, logEdits: true });
  const { layout } = BmpPicture.open(document);
  const { width, height } = layout;
  const bytes = layout.rowBytes * height;
  const timed = async (work: () => unknown): Promise<number> => {
    const started = performance.now();
    await work();
    return performance.now() - started;
  };
  const from = Buffer.alloc(bytes, 1);
  const copyMs = await timed(() => from.copy(Buffer.allocUnsafeSlow(bytes)));
  const plan = adjustPlan(document, layout, { x: 0, y: 0, width, height }, { ...NO_ADJUSTMENT, brightness: 10 });
  if (plan === undefined) throw new Error("nothing to be adjusted");
  const adjustMs = await timed(() => mapElements(document, plan.rows, plan.map));
  const undoMs = await timed(() => document.undo());
  document.redo();
  const abort = new AbortController();
  let aborted = 0;
  setTimeout(() => {
    aborted = performance.now();
    abort.abort();
  }, 50);
  const cancelled = await mapElements(document, plan.rows, plan.map, { signal: abort.signal }).catch(() => true);
  const cancelMs = cancelled === true ? performance.now() - aborted : NaN;
  const { pieceCount, memoryBytes } = document;
  document.close(true);
  console.log(JSON.stringify({ bytes, copyMs, adjustMs, undoMs, cancelMs, pieceCount, memoryBytes }));
}

void main(process.argv.slice(2));
