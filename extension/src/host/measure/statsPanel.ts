// terahex.statistics: a panel beside the editor with figures and plots of the selection or the whole document. What is pressed
// in it is selected in the editor. Thread rule: extension host's main thread.
import * as vscode from "vscode";
import type { ByteRange } from "../../../../shared/byteRange";
import type { ToWebview } from "../../../../shared/protocol";
import { RequestServer } from "../../../../shared/rpc";
import { activeSession, type CommandServices } from "../commands/services";
import type { EditorSession } from "../editorSession";
import { describeError } from "../errors";
import { refuseOthers } from "../refuseOthers";
import { statsPage, webviewRoot } from "../webviewHtml";

export async function showStatsPanel(services: CommandServices): Promise<void> {
  const session = activeSession(services);
  if (!session) return;
  const { document } = session;
  const dialogs = services.dialogs();
  if (document.engine === null) return dialogs.warn(document.readOnlyReason ?? "");
  if (document.engine.size === 0) return dialogs.warn(vscode.l10n.t("The file is empty."));
  if (session.selectedRanges.length > 1) {
    return dialogs.warn(vscode.l10n.t("Several ranges are selected. Select the one to count."));
  }
  const range = session.hasRange ? session.selectedRange : { start: 0, end: document.engine.size };
  await openPanel(services, session, range);
}

async function openPanel(services: CommandServices, session: EditorSession, range: ByteRange): Promise<void> {
  const { document } = session;
  const { name } = document.state();
  const { extension } = services;
  const measures = await services.measures.get();
  const panel = vscode.window.createWebviewPanel(
    "terahex.statistics",
    vscode.l10n.t("Statistics: {0}", name),
    vscode.ViewColumn.Beside,
    { enableScripts: true, localResourceRoots: [webviewRoot(extension)] },
  );
  const post = (message: ToWebview): void => void panel.webview.postMessage(message);
  const page = { tell: () => undefined };
  const server = new RequestServer({
    handlers: refuseOthers({
      measure: async ({ ask }, cancel) =>
        ask.kind === "subject" ? { name, ...range } : measures.answer(page, document, ask, cancel),
    }),
    onNotice: (notice) => {
      if (notice.type !== "struct") return;
      const { start, end } = notice.tell;
      session.select({ anchor: end - 1, focus: start, column: session.selection.column });
    },
    send: post,
    describe: describeError,
    onUnanswerable: () => undefined, // Our own page: it sends nothing else.
  });
  const { version } = document.state();
  const subscriptions = [
    panel.webview.onDidReceiveMessage((message: unknown) => server.accept(message)),
    document.onDidChange(() => {
      if (document.state().version !== version) {
        post({ kind: "notice", body: { type: "measure", news: { kind: "edited" } } });
      }
    }),
    document.onDidDispose(() => void panel.dispose()),
  ];
  panel.onDidDispose(() => {
    server.dispose();
    for (const one of subscriptions) one.dispose();
  });
  panel.webview.html = statsPage(panel.webview, extension);
}
