// Runs inside the extension host (as extensionTestsPath): what the host can measure by itself. Prints one marked line with its
// figures. Opens files through VS Code's own command, so that everything between the command and the rows is counted.
import path from "node:path";
import { performance } from "node:perf_hooks";
import * as vscode from "vscode";
import type { TestApi } from "../../extension/src/host/testApi";
import { resultMark } from "../../scripts/lib/results.mjs";

/** Before each line of ours, see scripts/lib/hostSuite.mjs. */
const lineMark = "\x02";
const extensionId = "terahex.terahex";
const viewType = "terahex.editor";
const limitMs = 30_000;
const restMs = 2_000;
const windowBytes = 4096;

interface Job {
  readonly large: string;
  readonly small: string;
  readonly opens: number;
  readonly places: number;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error("waited too long for the editor");
    await pause(1);
  }
}

/** Milliseconds from the open command to the view's word that real bytes are on screen. */
async function open(api: TestApi, file: string): Promise<number> {
  const uri = vscode.Uri.file(file);
  const started = performance.now();
  await vscode.commands.executeCommand("vscode.openWith", uri, viewType);
  await until(() => api.sessions(uri)[0]?.firstRowsMs !== undefined);
  return performance.now() - started;
}

async function closeAll(api: TestApi): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  await until(() => api.openDocuments().length === 0);
  await pause(100);
}

/** Growth of the process in bytes while a view shows `count` random places of the file, one after the other: a person looks at
 *  a place before going to the next, so each window has reached the view before the next is asked for. */
async function browse(api: TestApi, file: string, count: number): Promise<number> {
  await open(api, file);
  await pause(1000);
  const session = api.sessions(vscode.Uri.file(file))[0];
  const size = api.document(vscode.Uri.file(file))?.state().size ?? 0;
  if (session === undefined) throw new Error("no session");
  const before = process.memoryUsage.rss();
  for (let index = 0; index < count; index++) {
    const offset = Math.floor(Math.random() * (size / windowBytes)) * windowBytes;
    const reply = await api.request(session, { type: "readWindow", offset, length: windowBytes });
    if (reply.kind !== "reply") throw new Error(`window ${offset} was not read`);
    await session.delivered;
  }
  await pause(1000);
  return process.memoryUsage.rss() - before;
}

interface Figures {
  /** From the request to activate until it is done: reading the code, VS Code's own preparations, activate(). */
  readonly activationMs: number;
  readonly largeMs: readonly number[];
  readonly smallMs: readonly number[];
  readonly memoryBytes: number;
}

async function measure(job: Job): Promise<Figures> {
  const extension = vscode.extensions.getExtension<TestApi>(extensionId);
  if (extension === undefined) throw new Error(`${extensionId} is not installed`);
  // While a window starts, every extension waits for the others.
  await pause(restMs);
  const started = performance.now();
  const api = await extension.activate();
  const activationMs = performance.now() - started;
  const largeMs: number[] = [];
  const smallMs: number[] = [];
  for (const file of job.opens === 0 ? [] : [job.large, job.small]) {
    await open(api, file);
    await closeAll(api);
  }
  for (let round = 0; round < job.opens; round++) {
    largeMs.push(await open(api, job.large));
    await closeAll(api);
    smallMs.push(await open(api, job.small));
    await closeAll(api);
  }
  const memoryBytes = job.places === 0 ? 0 : await browse(api, job.large, job.places);
  await closeAll(api);
  return { activationMs, largeMs, smallMs, memoryBytes };
}

export async function run(): Promise<void> {
  const figures = await measure(JSON.parse(process.env.TERAHEX_BENCH_JOB ?? "{}") as Job);
  console.log("%s", lineMark + resultMark + JSON.stringify({ ...figures, entry: path.basename(__filename) }));
}
