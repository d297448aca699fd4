// The find bar of one page: its search, its questions, what it is told. Knows the document and no webview.
// Thread rule: extension host's main thread.
import * as vscode from "vscode";
import type { ByteRange } from "../../../../shared/byteRange";
import type { FindAnswer, FindNews, FindQuestion, FindStatus, HitRow } from "../../../../shared/findProtocol";
import type { CancelFlag } from "../../../../shared/rpc";
import type { EngineDocument } from "../../engine/document";
import { find } from "../../engine/scan";
import { replaceAll } from "../../engine/scanReplace";
import type { BinaryDocument } from "../binaryDocument";
import { HostError, isCode } from "../errors";
import { withProgress, type Dialogs } from "../notify";
import { replaceRanges } from "../rangeEdits";
import { scanThreads } from "../scanThreads";
import { giveOffsets } from "./giveOffsets";
import { needleOfQuery, patternProblem, replacementOf } from "./needleOfQuery";
import { Search } from "./search";

const TELL_MS = 80;
/** A search that takes longer is shown in VS Code's status bar too. */
const LONG_MS = 1000;
const CONTEXT_BYTES = 16;
const CONTEXT_BEFORE = 4;
/** Bytes of a string in the list. */
const LONGEST_SHOWN = 400;

export interface FindPage {
  tell(news: FindNews): void;
}

export class PageSearch {
  private search: Search | undefined;
  private starting: AbortController | undefined;
  private telling: NodeJS.Timeout | undefined;
  private toldMarks = "";
  private readonly changes: vscode.Disposable;

  constructor(
    private readonly page: FindPage,
    private readonly document: BinaryDocument,
    private readonly dialogs: () => Dialogs,
  ) {
    this.changes = document.onDidChange(() => this.search?.changed());
  }

  async answer(
    ask: Exclude<FindQuestion, { kind: "history" }>,
    cancel: CancelFlag,
  ): Promise<FindAnswer[FindQuestion["kind"]]> {
    switch (ask.kind) {
      case "start":
        return this.start(ask, cancel);
      case "step": {
        const search = this.running();
        const { hit, wrapped } = await (ask.backward
          ? search.previous(ask.from, signalOf(cancel))
          : search.next(ask.from, signalOf(cancel)));
        return { wrapped, ...(hit === undefined ? {} : { hit }) };
      }
      case "marks": {
        const { version } = this.engine;
        return { ranges: (await this.search?.marksIn(ask.start, ask.end)) ?? [], version };
      }
      case "rows":
        return { from: ask.from, rows: (this.search?.rows(ask.from, ask.count) ?? []).map((hit) => this.row(hit)) };
      case "replace":
        return this.replace(ask.hit, ask.text);
      case "replaceAll":
        return this.replaceAll(ask.text);
      case "list":
        return { count: await giveOffsets(this.running(), ask.to, this.document, this.dialogs()) };
      case "stop":
        this.search?.stop();
        return {};
      case "refresh":
        this.running().fill();
        return {};
      case "close":
        this.end();
        return {};
      default:
        return ask satisfies never;
    }
  }

  dispose(): void {
    this.end();
    this.changes.dispose();
  }

  private get engine(): EngineDocument {
    const { engine } = this.document;
    if (engine === null) {
      throw new HostError("closed", this.document.readOnlyReason ?? "");
    }
    return engine;
  }

  private async start(
    { query, from, backward }: Extract<FindQuestion, { kind: "start" }>,
    cancel: CancelFlag,
  ): Promise<FindAnswer["start"]> {
    this.end();
    const made = needleOfQuery(query, from);
    if ("problem" in made) return made;
    const abort = new AbortController();
    cancel.onCancel(() => abort.abort());
    this.starting = abort;
    const search = new Search(this.engine, query, made.needle, made.length, () => this.tellSoon(), scanThreads);
    this.search = search;
    this.toldMarks = "";
    try {
      const { hit, wrapped } = await (backward ? search.previous(from, abort.signal) : search.next(from, abort.signal));
      // The nearest hit has all cores for itself; then come the others.
      if (!abort.signal.aborted) this.count(search);
      return { wrapped, ...(hit === undefined ? {} : { hit }) };
    } catch (error) {
      const saidInBar = isCode(error, "invalid-argument") || isCode(error, "unsupported");
      if (!saidInBar || !(error instanceof Error)) throw error;
      return {
        problem:
          query.kind === "regex" && isCode(error, "invalid-argument")
            ? patternProblem(error.message, query.text)
            : { message: error.message },
      };
    }
  }

  private count(search: Search): void {
    search.fill();
    setTimeout(() => {
      if (!search.status().searching || this.search !== search) return;
      const options = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t("Searching") };
      void vscode.window.withProgress(options, async (progress) => {
        while (this.search === search && search.status().searching) {
          const { done, total, count } = search.status();
          const percent = total > 0 ? Math.floor((100 * done) / total) : 0;
          progress.report({ message: vscode.l10n.t("{0} %, {1} found", percent, count.toLocaleString("en-US")) });
          await new Promise((resolve) => setTimeout(resolve, 250));
        }
      });
    }, LONG_MS);
  }

  private async replace(hit: ByteRange, text: string): Promise<FindAnswer["replace"]> {
    const search = this.running();
    const bytes = replacementOf(text, search.query);
    if ("problem" in bytes) return { replaced: false, problem: bytes.problem, end: hit.end };
    const { start, end } = hit;
    let still = false;
    const onHits = ([at]: Float64Array): void => void (still ||= at === start);
    await find(this.engine, search.needle, { from: start, to: end, limit: 1, threads: 1, onHits });
    if (!still) return { replaced: false, end: start };
    const label = vscode.l10n.t("Replace");
    if (bytes.length === end - start) this.document.step(label, () => this.engine.overwrite(start, bytes));
    else replaceRanges(this.document, [hit], start, bytes, false, label);
    return { replaced: true, end: start + bytes.length };
  }

  private async replaceAll(text: string): Promise<FindAnswer["replaceAll"]> {
    const search = this.running();
    const bytes = replacementOf(text, search.query);
    if ("problem" in bytes) return { count: 0, version: this.engine.version, problem: bytes.problem };
    search.stop();
    const { start, end } = search.bounds;
    try {
      const { count } = await withProgress(vscode.l10n.t("Replacing"), undefined, (onProgress, signal) =>
        this.document.longStep(vscode.l10n.t("Replace All"), (engine) =>
          replaceAll(engine, search.needle, bytes, {
            from: start,
            to: end,
            threads: scanThreads(),
            onProgress,
            signal,
          }),
        ),
      );
      return { count, version: this.engine.version };
    } finally {
      if (this.search === search) search.fill();
    }
  }

  private row(hit: ByteRange): HitRow {
    const { kind, encoding } = this.running().query;
    const text = kind === "strings" ? { text: this.textOf(hit, encoding) } : {};
    const contextStart = Math.max(0, hit.start - CONTEXT_BEFORE);
    const { size } = this.engine;
    const length = Math.max(0, Math.min(CONTEXT_BYTES, size - contextStart));
    if (length === 0) return { hit, contextStart, context: [], ...text };
    return {
      hit,
      contextStart,
      context: [...new Uint8Array(this.engine.readSync(contextStart, length).bytes)],
      ...text,
    };
  }

  private textOf({ start, end }: ByteRange, encoding: string): string {
    const length = Math.min(end - start, LONGEST_SHOWN, Math.max(0, this.engine.size - start));
    const bytes = Buffer.from(this.engine.readSync(start, length).bytes);
    if (encoding === "utf-16be") bytes.subarray(0, length - (length % 2)).swap16();
    return bytes.toString(encoding.startsWith("utf-16") ? "utf16le" : "utf8");
  }

  private running(): Search {
    if (this.search === undefined) throw new HostError("closed", vscode.l10n.t("Nothing is being searched for."));
    return this.search;
  }

  private end(): void {
    this.starting?.abort();
    this.search?.close();
    this.search = undefined;
    clearTimeout(this.telling);
    this.telling = undefined;
  }

  private tellSoon(): void {
    this.telling ??= setTimeout(() => {
      this.telling = undefined;
      const { search } = this;
      if (search === undefined) return;
      const marks = search.marks();
      const key = marks.join();
      const status: FindStatus = { ...search.status(), ...(key === this.toldMarks ? {} : { marks }) };
      this.toldMarks = key;
      this.page.tell({ kind: "status", status });
    }, TELL_MS);
  }
}

function signalOf(cancel: CancelFlag): AbortSignal {
  const abort = new AbortController();
  cancel.onCancel(() => abort.abort());
  return abort.signal;
}
