// The interpreter in its thread, as it ships: bundled once per run, started on files and documents of tests.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { EngineDocument } from "../../../extension/src/engine/document";
import type { StructService, TemplateFiles } from "../../../extension/src/struct/structService";
import {
  startStructService,
  type StructServiceOptions,
  type StructSource,
} from "../../../extension/src/struct/worker/startStructService";

const root = path.join(import.meta.dirname, "../../..");
const workerFile = path.join(root, "out/unit", `struct-${process.pid}.worker.js`);

/** Call inside of describe(): the folder and everything that was started are gone after it. */
export function structServices(): {
  start(source: StructSource | { readonly path: string }, options?: StructServiceOptions): StructService;
  file(name: string, content: Uint8Array | string): string;
} {
  const started: StructService[] = [];
  const documents: EngineDocument[] = [];
  const opened = (file: string): StructSource => {
    const document = EngineDocument.open(file, { readOnly: true });
    documents.push(document);
    return document.readerSource;
  };
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "struct-service-"));
  before(async () => {
    await build({
      entryPoints: [path.join(root, "extension/src/struct/worker/struct.worker.ts")],
      outfile: workerFile,
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node20",
      logLevel: "error",
    });
  });
  after(() => {
    for (const service of started) service.dispose();
    for (const document of documents) document.close();
    fs.rmSync(folder, { recursive: true });
    fs.rmSync(workerFile, { force: true });
  });
  return {
    start: (source, options = {}) => {
      const service = startStructService("path" in source ? opened(source.path) : source, { workerFile, ...options });
      started.push(service);
      return service;
    },
    file: (name, content) => {
      const file = path.join(folder, name);
      fs.writeFileSync(file, content);
      return file;
    },
  };
}

export function filesOf(text: string, others: Readonly<Record<string, string>> = {}): TemplateFiles {
  const texts = new Map([["/t/main.ksy", text], ...Object.entries(others)]);
  return { entry: "/t/main.ksy", texts, importPaths: ["/lib"] };
}
