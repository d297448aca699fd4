// Which template each binary file is read with: the one that the person chose or is previewing, else the one that its bytes and
// name call for. Remembers choices per file. Knows no tree and no interpreter. Extension host's main thread.
import { basename } from "node:path";
import * as vscode from "vscode";
import type { TemplateDiagnostic } from "../../../../shared/structTree";
import { recognise, type TemplateMatch } from "../../struct/recognise/recognise";
import type { TemplateFiles } from "../../struct/structService";
import type { BinaryDocument } from "../binaryDocument";
import type { EditorSession } from "../editorSession";
import type { Dialogs } from "../notify";
import type { ChosenTemplate, TemplateChoice } from "../struct/templateChoice";
import type { FileMemory } from "../fileMemory";
import { askForTemplate } from "./askForTemplate";
import { problemsOf } from "./problemsOf";
import { ReportedProblems } from "./reportedProblems";
import { startTemplate } from "./startTemplate";
import { TemplateLibrary, uriOfKey, type LibraryTemplate } from "./templateLibrary";

export interface TemplatesServices {
  readonly extension: vscode.Uri;
  /** The template that the person chose, by its name; null: none is wanted. */
  readonly memory: FileMemory<string | null>;
  readonly dialogs: () => Dialogs;
  readonly sessionsOf: (document: BinaryDocument) => readonly EditorSession[];
  /** Shows the struct tree in every editor. */
  readonly showTree: () => Promise<void>;
}

/** What a document was last given: by whose changes it must be asked again. */
interface Given {
  readonly document: BinaryDocument;
  keys: ReadonlySet<string>;
}

export class Templates implements TemplateChoice {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  readonly library: TemplateLibrary;
  private readonly reported = new ReportedProblems();
  private readonly given = new Map<string, Given>();
  /** By document: the template whose text is being written. Holds as long as the document is open. */
  private readonly previews = new Map<string, string>();
  /** By entry: the last text without errors, which stays shown while the next is being typed. */
  private readonly lastGood = new Map<string, TemplateFiles>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly services: TemplatesServices) {
    this.library = new TemplateLibrary(vscode.Uri.joinPath(services.extension, "templates").fsPath);
    this.subscriptions = [
      this.library,
      this.reported,
      services.memory.onDidMove((files) => {
        for (const file of files) this.changed.fire(vscode.Uri.parse(file));
      }),
      this.library.onDidChange((keys) => {
        for (const { document, keys: used } of this.given.values()) {
          if (keys === undefined || [...keys].some((key) => used.has(key))) this.changed.fire(document.uri);
        }
      }),
    ];
  }

  async chosen(document: BinaryDocument): Promise<ChosenTemplate | undefined> {
    const chosen = await this.choose(document);
    const id = document.uri.toString();
    if (!this.given.has(id)) {
      document.onDidDispose(() => {
        this.given.delete(id);
        this.previews.delete(id);
      });
    }
    this.given.set(id, { document, keys: new Set(chosen?.files.texts.keys()) });
    return chosen;
  }

  async pick(document: BinaryDocument): Promise<ChosenTemplate | undefined> {
    const library = await this.library.all();
    const answer = await askForTemplate(this.services.dialogs(), {
      fileName: basename(document.path),
      matches: matchesOf(library, document),
      library,
      automatic: this.services.memory.get(document.uri) === undefined && !this.previews.has(document.uri.toString()),
      problemsOf: (key) => {
        const files = this.library.files(key);
        return files === undefined ? [] : problemsOf(files);
      },
    });
    if (answer === undefined) return undefined;
    if (answer.kind === "new") {
      const sessions = this.services.sessionsOf(document);
      const session = sessions.find(({ panel }) => panel.active) ?? sessions[0];
      if (session !== undefined) await startTemplate(this, session);
      return this.chosen(document);
    }
    if (answer.kind === "setting") {
      await vscode.commands.executeCommand("workbench.action.openSettings", "terahex.templateFolders");
      return undefined;
    }
    this.previews.delete(document.uri.toString());
    await this.services.memory.set(
      document.uri,
      answer.kind === "template" ? this.library.nameOf(answer.key) : answer.kind === "none" ? null : undefined,
    );
    this.changed.fire(document.uri);
    return this.chosen(document);
  }

  /** Reads `document` through a template that is being written, saved or not, until another one is chosen. */
  async preview(document: BinaryDocument, key: string): Promise<void> {
    this.previews.set(document.uri.toString(), key);
    // A template that was never saved is gone with its window.
    if (uriOfKey(key)?.scheme === "file") await this.services.memory.set(document.uri, this.library.nameOf(key));
    this.changed.fire(document.uri);
    await this.services.showTree();
  }

  report(template: ChosenTemplate, diagnostics: readonly TemplateDiagnostic[]): void {
    this.reported.set(template.files.entry, diagnostics);
  }

  dispose(): void {
    for (const one of this.subscriptions) one.dispose();
    this.changed.dispose();
  }

  private async choose(document: BinaryDocument): Promise<ChosenTemplate | undefined> {
    const preview = this.previews.get(document.uri.toString());
    if (preview !== undefined) {
      const found = this.template(preview, vscode.l10n.t("preview"));
      if (found !== undefined) return found;
      this.previews.delete(document.uri.toString());
    }
    const remembered = this.services.memory.get(document.uri);
    if (remembered === null) return undefined;
    if (remembered !== undefined) {
      const found = this.template(this.library.keyNamed(remembered), vscode.l10n.t("chosen by you"));
      if (found !== undefined) return found;
    }
    const [best] = matchesOf(await this.library.all(), document);
    return best?.certain === true ? this.template(best.template.key, best.reason) : undefined;
  }

  private template(key: string, reason: string): ChosenTemplate | undefined {
    const head = this.library.head(key);
    const files = this.library.files(key);
    if (head === undefined || files === undefined) return undefined;
    const name = head.title ?? head.id ?? basename(key);
    const uriOf = (file: string): vscode.Uri | undefined => uriOfKey(file);
    const good = this.lastGood.get(key);
    // What ships is right; its texts are the largest.
    const isTrusted = this.library.nameOf(key) !== key && good === undefined;
    if (isTrusted || !problemsOf(files).some(({ severity }) => severity === "error")) {
      if (!isTrusted) this.lastGood.set(key, files);
      return { name, reason, files, uriOf };
    }
    if (good === undefined) return { name, reason, files, uriOf };
    return { name, reason: vscode.l10n.t("{0}, as it was before its errors", reason), files: good, uriOf };
  }
}

function matchesOf(library: readonly LibraryTemplate[], document: BinaryDocument): TemplateMatch<LibraryTemplate>[] {
  if (document.content.kind === "failed") return [];
  return recognise(library, basename(document.path), document.source);
}
