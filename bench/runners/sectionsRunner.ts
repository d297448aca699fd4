// From an open document to what the view of sections is told of the program in it, and to its first 200 imports; in a process of
// its own. Prints one line of JSON. Usage: sectionsRunner.ts FILE
import { performance } from "node:perf_hooks";
import { EngineDocument } from "../../extension/src/engine/document";
import { readProgram } from "../../extension/src/host/sections/readProgram";

const [file = ""] = process.argv.slice(2);
const document = EngineDocument.open(file, { readOnly: true });
const cpu = process.cpuUsage();
const begun = performance.now();
const result = readProgram(document);
if (!result.ok) throw new Error(result.reason);
// As the message to the page is made: copied.
const image = structuredClone(result.program.image([]));
const tableMs = performance.now() - begun;
const cpuMs = process.cpuUsage(cpu).user / 1000;
const { total } = result.program.rows("imports", 0, 200);
const listMs = performance.now() - begun - tableMs;
document.close();
const imports = image.lists.find(({ list }) => list === "imports")?.count ?? 0;
console.log(
  JSON.stringify({ tableMs, cpuMs, listMs, imports, total, sections: image.sections.length, regions: image.regions }),
);
