// Every question and every piece of news that leaves the host: behind one object, because modal dialogs reject and file
// dialogs hang in VS Code's test mode. Knows no document.
import * as vscode from "vscode";

export interface InputOptions {
  readonly title: string;
  readonly prompt: string;
  readonly value: string;
  /** Shown below the box as one types: what the input means, or what is wrong with it. */
  readonly check: (value: string) => { readonly ok: boolean; readonly message: string };
}

export interface Dialogs {
  /** A question that must be answered; undefined: dismissed, which never means yes. */
  ask(message: string, detail: string, ...choices: string[]): Promise<string | undefined>;
  /** A question that may be left unanswered, shown beside the work; undefined: dismissed. */
  offer(message: string, ...choices: string[]): Promise<string | undefined>;
  inform(message: string): void;
  warn(message: string): void;
  pick(title: string, items: readonly vscode.QuickPickItem[]): Promise<string | undefined>;
  /** Where several items may have the same label. */
  pickItem<T extends vscode.QuickPickItem>(title: string, items: readonly T[]): Promise<T | undefined>;
  pickSeveral(title: string, items: readonly vscode.QuickPickItem[]): Promise<readonly string[] | undefined>;
  input(options: InputOptions): Promise<string | undefined>;
  saveTarget(title: string, suggestion: vscode.Uri): Promise<vscode.Uri | undefined>;
  fileToOpen(title: string): Promise<vscode.Uri | undefined>;
  /** The clipboard of the person's machine. In a browser it may ask for permission. */
  readClipboard(): Promise<string>;
  writeClipboard(text: string): Promise<void>;
}

export const vscodeDialogs: Dialogs = {
  ask: async (message, detail, ...choices) =>
    vscode.window.showWarningMessage(message, { modal: true, detail }, ...choices),
  offer: async (message, ...choices) => vscode.window.showInformationMessage(message, ...choices),
  inform: (message) => void vscode.window.showInformationMessage(message),
  warn: (message) => void vscode.window.showWarningMessage(message),
  pick: async (title, items) => (await vscode.window.showQuickPick(items, { title }))?.label,
  pickItem: async (title, items) => vscode.window.showQuickPick(items, { title }),
  pickSeveral: async (title, items) => {
    const picked = await vscode.window.showQuickPick(items, { title, canPickMany: true, matchOnDescription: true });
    return picked?.map(({ label }) => label);
  },
  input: async ({ title, prompt, value, check }) =>
    vscode.window.showInputBox({
      title,
      prompt,
      value,
      validateInput: (text) => {
        const { ok, message } = check(text);
        if (message === "") return null;
        const severity = vscode.InputBoxValidationSeverity;
        return { message, severity: ok ? severity.Info : severity.Error };
      },
    }),
  saveTarget: async (title, suggestion) => vscode.window.showSaveDialog({ title, defaultUri: suggestion }),
  fileToOpen: async (title) => (await vscode.window.showOpenDialog({ title }))?.[0],
  readClipboard: async () => vscode.env.clipboard.readText(),
  writeClipboard: async (text) => vscode.env.clipboard.writeText(text),
};

/** Shorter work ends before a person could read about it. */
const PROGRESS_DELAY_MS = 500;

export type Report = (done: number, total: number) => void;

/** Runs `work`; when it is still running after half a second, shows it with a percentage and a Cancel button.
 *  @param outer a further way to cancel, such as VS Code's own. */
export async function withProgress<T>(
  title: string,
  outer: vscode.CancellationToken | undefined,
  work: (report: Report, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const subscription = outer?.onCancellationRequested(() => abort.abort());
  if (outer?.isCancellationRequested) abort.abort();
  let latest: { done: number; total: number } = { done: 0, total: 0 };
  let show: (() => void) | undefined;
  const running = work((done, total) => {
    latest = { done, total };
    show?.();
  }, abort.signal);
  const ended = running.then(
    () => undefined,
    () => undefined,
  );
  const timer = setTimeout(() => {
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    void vscode.window.withProgress(options, (progress, token) => {
      token.onCancellationRequested(() => abort.abort());
      let shownPercent = 0;
      show = () => {
        const percent = latest.total > 0 ? Math.floor((latest.done / latest.total) * 100) : 0;
        if (percent <= shownPercent) return;
        progress.report({ increment: percent - shownPercent, message: `${percent} %` });
        shownPercent = percent;
      };
      show();
      return ended;
    });
  }, PROGRESS_DELAY_MS);
  try {
    return await running;
  } finally {
    clearTimeout(timer);
    subscription?.dispose();
  }
}
