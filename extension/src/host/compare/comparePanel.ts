// A panel with two sides beside each other: joins a comparison to its page. Remembers nothing across a reload of the window.
import { basename } from "node:path";
import * as vscode from "vscode";
import type { CompareAnswer, CompareQuestion } from "../../../../shared/compareProtocol";
import type { ToWebview, WindowReply } from "../../../../shared/protocol";
import { RequestServer } from "../../../../shared/rpc";
import { VIEW_TYPE, type BinaryEditorProvider } from "../binaryEditorProvider";
import { describeError } from "../errors";
import { refuseOthers } from "../refuseOthers";
import { comparePage, webviewRoot } from "../webviewHtml";
import { Comparison } from "./comparison";
import { Side, type SideChoice } from "./side";

export const COMPARE_VIEW = "terahex.compare";

export interface ComparePanelServices {
  readonly extension: vscode.Uri;
  readonly provider: BinaryEditorProvider;
  readonly log: vscode.LogOutputChannel;
  readonly bytesPerRow: () => number | "fit";
}

const DONE = { done: true } as const;

/** For tests too: they ask the comparison what the page would. */
export function openComparison(services: ComparePanelServices, left: SideChoice, right: SideChoice): Comparison {
  const { extension, provider, log } = services;
  const names = [left, right].map(({ uri }) => basename(uri.fsPath));
  const title = names[0] === names[1] ? vscode.l10n.t("Compare {0}", names[0]!) : `${names[0]} ↔ ${names[1]}`;
  const panel = vscode.window.createWebviewPanel(COMPARE_VIEW, title, vscode.ViewColumn.Active, {
    enableScripts: true,
    localResourceRoots: [webviewRoot(extension)],
  });
  const post = (message: ToWebview): void => void panel.webview.postMessage(message);
  const comparison = new Comparison(new Side(provider, left), new Side(provider, right), services.bytesPerRow, (news) =>
    post({ kind: "notice", body: { type: "compare", news } }),
  );
  const server = new RequestServer({
    handlers: refuseOthers({ compare: async ({ ask }) => answer(comparison, panel, ask) }),
    onNotice: () => undefined,
    send: post,
    describe: describeError,
    onUnanswerable: (reason) => log.warn(`A message of the view was dropped: ${reason}`),
  });
  const subscriptions = [
    panel.webview.onDidReceiveMessage((message: unknown) => server.accept(message)),
    provider.onDidChangeDocument((document) => comparison.documentChanged(document)),
  ];
  panel.onDidDispose(() => {
    for (const one of subscriptions) one.dispose();
    server.dispose();
    comparison.dispose();
  });
  panel.webview.html = comparePage(panel.webview, extension);
  return comparison;
}

async function answer(
  comparison: Comparison,
  panel: vscode.WebviewPanel,
  ask: CompareQuestion,
): Promise<CompareAnswer[CompareQuestion["kind"]]> {
  switch (ask.kind) {
    case "open":
      return comparison.opened();
    case "read":
      return read(comparison[ask.side], ask.offset, ask.length);
    case "apply":
      if (comparison[ask.to].document === undefined) {
        await vscode.commands.executeCommand("vscode.openWith", comparison[ask.to].choice.uri, VIEW_TYPE, {
          preview: false,
          preserveFocus: true,
        });
        panel.reveal();
      }
      await comparison.apply(ask.index, ask.to, ask.run);
      return DONE;
    case "again":
      comparison.start();
      return DONE;
    case "stop":
      comparison.stop();
      return DONE;
    default:
      return ask satisfies never;
  }
}

async function read(side: Side, offset: number, length: number): Promise<WindowReply> {
  const { bytes, version, unsaved, unreadable } = await side.engine.read(offset, length);
  const flat = (ranges: typeof unsaved): number[] => ranges.flatMap(({ start, end }) => [start, end]);
  return { bytes, version, unsaved: flat(unsaved), unreadable: flat(unreadable) };
}
