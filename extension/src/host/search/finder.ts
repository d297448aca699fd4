// The find bars of all pages, and what was searched for before. Loaded with the first question of a bar.
import type * as vscode from "vscode";
import { MAX_HISTORY, type FindAnswer, type FindQuery, type FindQuestion } from "../../../../shared/findProtocol";
import type { CancelFlag } from "../../../../shared/rpc";
import type { BinaryDocument } from "../binaryDocument";
import type { Dialogs } from "../notify";
import { PageSearch, type FindPage } from "./pageSearch";

const HISTORY_KEY = "terahex.findHistory";
/** A longer needle is not kept: it would be written to VS Code's storage each time. */
const LONGEST_KEPT = 1000;

export interface FinderServices {
  readonly memento: vscode.Memento;
  readonly dialogs: () => Dialogs;
}

export class Finder implements vscode.Disposable {
  private readonly pages = new Map<FindPage, PageSearch>();

  constructor(private readonly services: FinderServices) {}

  answer(
    page: FindPage,
    document: BinaryDocument,
    ask: FindQuestion,
    cancel: CancelFlag,
  ): Promise<FindAnswer[FindQuestion["kind"]]> {
    if (ask.kind === "history") return this.history(ask.used);
    let search = this.pages.get(page);
    if (search === undefined) this.pages.set(page, (search = new PageSearch(page, document, this.services.dialogs)));
    return search.answer(ask, cancel);
  }

  close(page: FindPage): void {
    this.pages.get(page)?.dispose();
    this.pages.delete(page);
  }

  dispose(): void {
    for (const search of this.pages.values()) search.dispose();
    this.pages.clear();
  }

  private async history(used: FindQuery | undefined): Promise<FindAnswer["history"]> {
    const { memento } = this.services;
    const kept = memento.get<readonly FindQuery[]>(HISTORY_KEY, []);
    if (used === undefined || used.text === "" || used.text.length > LONGEST_KEPT) return { queries: kept };
    const { kind, text, encoding, type, aligned, matchCase, least } = used;
    const query: FindQuery = { kind, text, encoding, type, aligned, matchCase, least };
    const others = kept.filter((one) => one.kind !== kind || one.text !== text);
    const queries = [query, ...others].slice(0, MAX_HISTORY);
    await memento.update(HISTORY_KEY, queries);
    return { queries };
  }
}
