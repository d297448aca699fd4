// A panel with two sides beside each other: joins a comparison to its page, again after a reload of the window.
import { existsSync } from "node:fs";
import { basename } from "node:path";
import * as vscode from "vscode";
import type { CompareAnswer, CompareQuestion, KeptComparison, KeptSide } from "../../../../shared/compareProtocol";
import type { ToWebview, WindowReply } from "../../../../shared/protocol";
import { RequestServer } from "../../../../shared/rpc";
import { loadAddon } from "../../engine/loadAddon";
import { VIEW_TYPE, type BinaryEditorProvider } from "../binaryEditorProvider";
import { describeError, HostError } from "../errors";
import { refuseOthers } from "../refuseOthers";
import { comparePage, waitingPage, webviewRoot } from "../webviewHtml";
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

/** For tests too: they ask the comparison what the page would. @throws HostError: it is not possible, and why. */
export function openComparison(services: ComparePanelServices, left: SideChoice, right: SideChoice): Comparison {
  for (const choice of [left, right]) checkComparable(services.provider, choice);
  const names = [left, right].map(({ uri }) => basename(uri.fsPath));
  const title = names[0] === names[1] ? vscode.l10n.t("Compare {0}", names[0]!) : `${names[0]} ↔ ${names[1]}`;
  const panel = vscode.window.createWebviewPanel(COMPARE_VIEW, title, vscode.ViewColumn.Active, {
    enableScripts: true,
    localResourceRoots: [webviewRoot(services.extension)],
  });
  return serve(services, panel, left, right);
}

/** Before a panel is there that has nothing to show. */
function checkComparable(provider: BinaryEditorProvider, choice: SideChoice): void {
  const { scheme } = choice.uri;
  if (scheme !== "file")
    throw new HostError("unsupported", vscode.l10n.t("Only files of a disk are compared, none behind “{0}:”.", scheme));
  if (new Side(provider, choice).document?.engine?.addon.plain !== true && hasCore()) return;
  const message = vscode.l10n.t("Comparing needs the native core of Terahex, which could not be loaded here.");
  throw new HostError("unsupported", message);
}

function hasCore(): boolean {
  try {
    loadAddon();
    return true;
  } catch {
    return false;
  }
}

/** What the page kept; git is asked again for its revisions. A comparison that cannot be had any more closes its panel. */
export async function restoreComparison(
  services: ComparePanelServices,
  panel: vscode.WebviewPanel,
  kept: unknown,
): Promise<void> {
  const sides: SideChoice[] = [];
  try {
    if (!isKept(kept)) throw new HostError("invalid-argument", "Not a comparison.");
    if (kept.left.revision !== undefined || kept.right.revision !== undefined)
      panel.webview.html = waitingPage(vscode.l10n.t("Waiting for git…"));
    const left = await choiceOf(kept.left);
    sides.push(left);
    const right = await choiceOf(kept.right);
    sides.push(right);
    for (const side of sides) checkComparable(services.provider, side);
    panel.webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(services.extension)] };
    serve(services, panel, left, right);
  } catch (error) {
    services.log.warn(`A comparison is not there again: ${describeError(error).message}`);
    for (const { made } of sides) {
      made?.engine.close(true);
      made?.done?.();
    }
    panel.dispose();
  }
}

function isKept(kept: unknown): kept is KeptComparison {
  return isRecord(kept) && isKeptSide(kept["left"]) && isKeptSide(kept["right"]);
}

function isKeptSide(side: unknown): side is KeptSide {
  if (!isRecord(side) || typeof side["uri"] !== "string") return false;
  const { saved, range, revision } = side;
  if (revision !== undefined && typeof revision !== "string") return false;
  if (saved !== undefined && typeof saved !== "boolean") return false;
  if (range === undefined) return true;
  return isRecord(range) && Number.isSafeInteger(range["start"]) && Number.isSafeInteger(range["end"]);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

async function choiceOf({ uri: address, saved, revision, range }: KeptSide): Promise<SideChoice> {
  const uri = vscode.Uri.parse(address);
  if (revision !== undefined) {
    const { revisionOf } = await import("./gitRevisions");
    return revisionOf(uri, revision);
  }
  if (!existsSync(uri.fsPath)) throw new HostError("not-found", uri.fsPath);
  return { uri, ...(saved && { saved }), ...(range && { range }) };
}

function serve(
  { extension, provider, log, bytesPerRow }: ComparePanelServices,
  panel: vscode.WebviewPanel,
  left: SideChoice,
  right: SideChoice,
): Comparison {
  const post = (message: ToWebview): void => void panel.webview.postMessage(message);
  const comparison = new Comparison(new Side(provider, left), new Side(provider, right), bytesPerRow, (news) =>
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
      comparison.checkFresh(ask.run);
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
