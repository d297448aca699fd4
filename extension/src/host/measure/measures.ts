// What measures documents: the overviews of all pages, statistics of ranges. Loaded with the first question. Knows no webview.
import type * as vscode from "vscode";
import type { MeasureAnswer, MeasureNews, MeasureQuestion } from "../../../../shared/measureProtocol";
import type { BinaryDocument } from "../binaryDocument";
import type { CancelFlag } from "../../../../shared/rpc";
import { statsOfRange } from "./rangeStats";
import { OverviewScan } from "./overviewScan";

export interface MeasurePage {
  tell(news: MeasureNews): void;
}

interface OpenOverview {
  readonly scan: OverviewScan;
  readonly changes: vscode.Disposable;
}

export class Measures implements vscode.Disposable {
  private readonly overviews = new Map<MeasurePage, OpenOverview>();

  async answer(
    page: MeasurePage,
    document: BinaryDocument,
    ask: MeasureQuestion,
    cancel: CancelFlag,
  ): Promise<MeasureAnswer[MeasureQuestion["kind"]]> {
    switch (ask.kind) {
      case "overview": {
        this.close(page);
        const scan = new OverviewScan(document.source, (told) => page.tell({ kind: "cells", told }));
        const changes = document.onDidChange(() => scan.changed());
        this.overviews.set(page, { scan, changes });
        return scan.start();
      }
      case "close":
        this.close(page);
        return {};
      case "subject":
        return { name: document.state().name, start: 0, end: document.state().size };
      case "stats":
        return statsOfRange(document, ask, cancel);
      default:
        return ask satisfies never;
    }
  }

  close(page: MeasurePage): void {
    const overview = this.overviews.get(page);
    this.overviews.delete(page);
    overview?.changes.dispose();
    overview?.scan.end();
  }

  dispose(): void {
    for (const page of [...this.overviews.keys()]) this.close(page);
  }
}
