// What VS Code asks about .ksy files while one writes them: problems, completion, hover, definitions, outline. Translates; what
// is said comes from struct/authoring and from loading the template. Loaded with the first .ksy that opens.
import * as vscode from "vscode";
import { TemplateError, type TemplateProblem } from "../../struct/errors";
import { complete, type Proposal } from "../../struct/authoring/complete";
import { inspect } from "../../struct/authoring/inspect";
import { nameAt, outline, problemRanges, type OutlineEntry, type TextRange } from "../../struct/authoring/places";
import { loadTemplate } from "../../struct/ksy/load";
import { uriOfKey } from "../templates/templateLibrary";
import { KSY_LANGUAGE } from "./language";
import type { TemplateTexts } from "./templateTexts";

/** Short enough to feel immediate, long enough not to complain of every half word. */
const TYPING_PAUSE_MS = 250;

export class KsyLanguage implements vscode.Disposable {
  private readonly problems = vscode.languages.createDiagnosticCollection("terahex-ksy");
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly texts: TemplateTexts) {
    const { languages, workspace } = vscode;
    this.subscriptions = [
      this.problems,
      workspace.onDidOpenTextDocument((document) => this.checkSoon(document, 0)),
      workspace.onDidChangeTextDocument(() => {
        // A file that imports the one being edited is right or wrong by it.
        for (const document of workspace.textDocuments) this.checkSoon(document, TYPING_PAUSE_MS);
      }),
      workspace.onDidCloseTextDocument((document) => {
        clearTimeout(this.waiting.get(document.uri.toString()));
        this.problems.delete(document.uri);
      }),
      languages.registerCompletionItemProvider(
        KSY_LANGUAGE,
        { provideCompletionItems: (document, position) => this.complete(document, position) },
        ...[".", ":", " ", "<", '"', "'"],
      ),
      languages.registerHoverProvider(KSY_LANGUAGE, {
        provideHover: (document, position) => this.hover(document, position),
      }),
      languages.registerDefinitionProvider(KSY_LANGUAGE, {
        provideDefinition: (document, position) => this.define(document, position),
      }),
      languages.registerDocumentSymbolProvider(KSY_LANGUAGE, {
        provideDocumentSymbols: (document) => outline(document.getText()).map((entry) => symbolOf(entry, document)),
      }),
    ];
    for (const document of workspace.textDocuments) this.checkSoon(document, 0);
  }

  dispose(): void {
    for (const timer of this.waiting.values()) clearTimeout(timer);
    for (const one of this.subscriptions) one.dispose();
  }

  private checkSoon(document: vscode.TextDocument, delayMs: number): void {
    if (document.languageId !== KSY_LANGUAGE) return;
    const id = document.uri.toString();
    clearTimeout(this.waiting.get(id));
    this.waiting.set(
      id,
      setTimeout(() => {
        this.waiting.delete(id);
        void this.check(document);
      }, delayMs),
    );
  }

  private async check(document: vscode.TextDocument): Promise<void> {
    const texts = await this.texts.of(document);
    if (texts === undefined || document.isClosed) return;
    const found = problemsOf(() => loadTemplate(texts.source, texts.loader).warnings);
    const rangeIn = problemRanges(texts.source.text);
    const own = found
      .filter(({ file }) => file === texts.source.file)
      .map((problem) => diagnosticOf(problem, rangeIn(problem)));
    this.problems.set(document.uri, [...own, ...importedProblem(found, texts.source.file)]);
  }

  private async complete(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.CompletionItem[] | undefined> {
    const texts = await this.texts.of(document);
    if (texts === undefined) return undefined;
    const { from, proposals } = complete(texts.source, texts.loader, position.line, position.character);
    const range = new vscode.Range(position.with({ character: from }), position);
    return proposals.map((proposal, index) => itemOf(proposal, range, index));
  }

  private async hover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const texts = await this.texts.of(document);
    const found =
      texts === undefined ? undefined : inspect(texts.source, texts.loader, position.line, position.character);
    if (found === undefined) return undefined;
    const parts: vscode.MarkdownString[] = [];
    if (found.code !== "") parts.push(new vscode.MarkdownString().appendCodeblock(found.code, KSY_LANGUAGE));
    if (found.doc !== "") parts.push(new vscode.MarkdownString(found.doc));
    return new vscode.Hover(parts, rangeOf(found.range));
  }

  private async define(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Location | undefined> {
    const texts = await this.texts.of(document);
    if (texts === undefined) return undefined;
    const { source, loader } = texts;
    const definition = inspect(source, loader, position.line, position.character)?.definition;
    const uri = definition === undefined ? undefined : uriOfKey(definition.file);
    if (definition === undefined || uri === undefined) return undefined;
    const text =
      definition.file === source.file ? source.text : (await vscode.workspace.openTextDocument(uri)).getText();
    const at = definition.path === undefined ? undefined : nameAt(text, definition.path);
    return new vscode.Location(uri, at === undefined ? new vscode.Position(0, 0) : rangeOf(at));
  }
}

function problemsOf(load: () => readonly TemplateProblem[]): readonly TemplateProblem[] {
  try {
    return load();
  } catch (error) {
    if (error instanceof TemplateError) return error.problems;
    throw error;
  }
}

const rangeOf = ({ line, from, to }: TextRange): vscode.Range => new vscode.Range(line, from, line, to);

function diagnosticOf({ severity, message, at }: TemplateProblem, range: TextRange): vscode.Diagnostic {
  const level = severity === "error" ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
  const diagnostic = new vscode.Diagnostic(rangeOf(range), message, level);
  diagnostic.source = "Terahex";
  diagnostic.code = at;
  return diagnostic;
}

/** What is wrong in other files is told once, with a link to the first. */
function importedProblem(found: readonly TemplateProblem[], file: string): vscode.Diagnostic[] {
  const [first] = found.filter((problem) => problem.file !== file && problem.severity === "error");
  const uri = first === undefined ? undefined : uriOfKey(first.file);
  if (first === undefined || uri === undefined) return [];
  const message = vscode.l10n.t("A template that is imported has errors.");
  const diagnostic = new vscode.Diagnostic(new vscode.Range(0, 0, 0, 1), message, vscode.DiagnosticSeverity.Error);
  const at = new vscode.Position(first.line - 1, first.column - 1);
  diagnostic.source = "Terahex";
  diagnostic.relatedInformation = [
    new vscode.DiagnosticRelatedInformation(new vscode.Location(uri, at), first.message),
  ];
  return [diagnostic];
}

const kinds: Readonly<Record<Proposal["kind"], vscode.CompletionItemKind>> = {
  key: vscode.CompletionItemKind.Property,
  type: vscode.CompletionItemKind.Struct,
  enum: vscode.CompletionItemKind.Enum,
  enumMember: vscode.CompletionItemKind.EnumMember,
  field: vscode.CompletionItemKind.Field,
  value: vscode.CompletionItemKind.Value,
  method: vscode.CompletionItemKind.Method,
  word: vscode.CompletionItemKind.Keyword,
};

function itemOf(proposal: Proposal, range: vscode.Range, index: number): vscode.CompletionItem {
  const { label, kind, insert = label, detail, doc = "", goOn = false } = proposal;
  const item = new vscode.CompletionItem(label, kinds[kind]);
  item.insertText = insert.includes("$") ? new vscode.SnippetString(insert) : insert;
  item.range = range;
  // As they come: the template's own names before the language's.
  item.sortText = String(index).padStart(4, "0");
  if (detail !== undefined) item.detail = detail;
  if (doc !== "") item.documentation = new vscode.MarkdownString(doc);
  if (goOn) item.command = { command: "editor.action.triggerSuggest", title: vscode.l10n.t("Suggest") };
  return item;
}

const symbolKinds: Readonly<Record<OutlineEntry["kind"], vscode.SymbolKind>> = {
  template: vscode.SymbolKind.Module,
  type: vscode.SymbolKind.Struct,
  field: vscode.SymbolKind.Field,
  instance: vscode.SymbolKind.Property,
  param: vscode.SymbolKind.TypeParameter,
  enum: vscode.SymbolKind.Enum,
  enumMember: vscode.SymbolKind.EnumMember,
};

function symbolOf(entry: OutlineEntry, document: vscode.TextDocument): vscode.DocumentSymbol {
  const children = entry.children.map((child) => symbolOf(child, document));
  const own = rangeOf(entry.at);
  const whole =
    entry.kind === "template"
      ? new vscode.Range(0, 0, document.lineCount, 0)
      : children.reduce((range, child) => range.union(child.range), document.lineAt(entry.at.line).range);
  const symbol = new vscode.DocumentSymbol(entry.name, entry.detail, symbolKinds[entry.kind], whole.union(own), own);
  symbol.children = children;
  return symbol;
}
