// What measures documents: the overviews of all pages. Loaded with the first question. Knows no webview.
import type * as vscode from "vscode";
import type { MeasureAnswer, MeasureNews, MeasureQuestion } from "../../../../shared/measureProtocol";
import type { BinaryDocument } from "../binaryDocument";
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
  ): Promise<MeasureAnswer[MeasureQuestion["kind"]]> {
    this.close(page);
    switch (ask.kind) {
      case "overview": {
        const scan = new OverviewScan(document.source, (told) => page.tell({ kind: "cells", told }));
        const changes = document.onDidChange(() => scan.changed());
        this.overviews.set(page, { scan, changes });
        return scan.start();
      }
      case "close":
        return {};
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
