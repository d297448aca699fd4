// The struct interpreter of one document: started when a tree wants it, ended a while after the last one closed; keeps pages
// in step with the document and with its template. Knows no webview: pages are told news. Extension host's main thread.
import * as vscode from "vscode";
import { MAX_DIAGNOSTICS_SHOWN, type StructNews, type StructState } from "../../../../shared/structProtocol";
import type { StructService } from "../../struct/structService";
import type { BinaryDocument } from "../binaryDocument";
import type { ChosenTemplate, TemplateChoice } from "./templateChoice";

/** One webview with a tree. */
export interface StructPage {
  tell(news: StructNews): void;
}

/** A tree that comes back within this time finds everything as it was: switching tabs throws pages away. */
const KEEP_MS = 30_000;

export class StructDocument implements vscode.Disposable {
  private readonly pages = new Set<StructPage>();
  private readonly subscriptions: vscode.Disposable[];
  private service: StructService | undefined;
  private template: ChosenTemplate | undefined;
  private loading: Promise<StructState> | undefined;
  /** Grows with each load: an older one's outcome is nobody's. */
  private generation = 0;
  private toldVersion = -1;
  private toldReason: string | null = null;
  private ending: NodeJS.Timeout | undefined;

  constructor(
    readonly document: BinaryDocument,
    private readonly choice: TemplateChoice,
    private readonly makeService: (document: BinaryDocument) => StructService,
  ) {
    this.subscriptions = [
      document.onDidChange(() => this.documentChanged()),
      document.onDidReopen(() => this.reload()),
      choice.onDidChange((uri) => {
        if (uri.toString() === document.uri.toString()) this.reload();
      }),
    ];
  }

  get chosen(): ChosenTemplate | undefined {
    return this.template;
  }

  /** The page asks about fields, with a tree or without: it hears of another template and of edits until it closes. */
  join(page: StructPage): void {
    this.pages.add(page);
    clearTimeout(this.ending);
  }

  open(page: StructPage): Promise<StructState> {
    this.join(page);
    return (this.loading ??= this.load());
  }

  close(page: StructPage): void {
    if (!this.pages.delete(page) || this.pages.size > 0) return;
    this.ending = setTimeout(() => this.end(), KEEP_MS);
  }

  /** The service with its template loaded. @throws Error with the reason where there is none */
  async ready(): Promise<StructService> {
    const { failure, root } = await (this.loading ??= this.load());
    if (this.service === undefined || root === undefined) {
      throw new Error(failure ?? vscode.l10n.t("The template has errors and cannot be used."));
    }
    return this.service;
  }

  /** Every page that shows the tree. */
  tell(news: StructNews): void {
    for (const page of this.pages) page.tell(news);
  }

  dispose(): void {
    clearTimeout(this.ending);
    this.end();
    this.pages.clear();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private end(): void {
    this.generation++;
    this.service?.dispose();
    this.service = undefined;
    this.loading = undefined;
  }

  private reload(): void {
    if (this.loading === undefined) return;
    const generation = this.generation + 1;
    this.loading = this.load();
    void this.loading.then((state) => {
      if (generation === this.generation) this.tell({ kind: "state", state });
    });
  }

  /** Never rejects: what went wrong is in the state. */
  private async load(): Promise<StructState> {
    const generation = ++this.generation;
    const { document } = this;
    const { name, readOnlyReason } = document.state();
    let template: ChosenTemplate | undefined;
    try {
      const { version } = document.source;
      this.toldVersion = version;
      this.toldReason = readOnlyReason ?? null;
      template = await this.choice.chosen(document);
      const about = { name, version, ...(readOnlyReason === undefined ? {} : { readOnlyReason }) };
      if (generation !== this.generation) return { document: about, diagnostics: [] };
      this.template = template;
      if (template === undefined) return { document: about, diagnostics: [] };
      const named = { document: about, template: { name: template.name, reason: template.reason } };
      try {
        const { root, diagnostics } = await this.running().load(template.files);
        this.choice.report(template, diagnostics);
        return {
          ...named,
          ...(root === undefined ? {} : { root }),
          diagnostics: diagnostics.slice(0, MAX_DIAGNOSTICS_SHOWN),
        };
      } catch (error) {
        return { ...named, diagnostics: [], failure: reasonOf(error) };
      }
    } catch (error) {
      return { document: { name, version: -1 }, diagnostics: [], failure: reasonOf(error) };
    }
  }

  private running(): StructService {
    if (this.service === undefined) {
      this.service = this.makeService(this.document);
      this.service.onProgress((progress) => this.tell({ kind: "progress", ...progress }));
    }
    return this.service;
  }

  private documentChanged(): void {
    if (this.loading === undefined || this.document.content.kind === "failed") return;
    const { version, readOnlyReason } = this.document.state();
    const reason = readOnlyReason ?? null;
    if (version === this.toldVersion && reason === this.toldReason) return;
    this.toldVersion = version;
    this.toldReason = reason;
    this.tell({ kind: "changed", version, ...(reason === null ? {} : { readOnlyReason: reason }) });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
