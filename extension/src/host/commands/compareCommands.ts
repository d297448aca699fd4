// terahex.compare, selectForCompare, compareWithSelected, compareFiles: say what is compared with what. The panel is loaded with the
// first comparison.
import * as vscode from "vscode";
import { describeError } from "../errors";
import { activeSession, type CommandServices } from "./services";

/** For VS Code's menus. */
const SELECTED_CONTEXT = "terahex.selectedForCompare";
let selectedFile: vscode.Uri | undefined;

type Handler = (services: CommandServices, clicked: unknown, selected: unknown) => Promise<unknown>;

export const COMPARE_COMMANDS: Readonly<Record<string, Handler>> = {
  "terahex.compare": (services) => compareActive(services),
  "terahex.selectForCompare": async (_services, clicked) => {
    if (!(clicked instanceof vscode.Uri)) return;
    selectedFile = clicked;
    await vscode.commands.executeCommand("setContext", SELECTED_CONTEXT, true);
  },
  "terahex.compareWithSelected": async ({ provider }, clicked) => {
    if (selectedFile === undefined || !(clicked instanceof vscode.Uri)) return undefined;
    return provider.compare({ uri: selectedFile }, { uri: clicked });
  },
  "terahex.compareFiles": async ({ provider }, _clicked, selected) => {
    const uris = Array.isArray(selected) ? selected.filter((one): one is vscode.Uri => one instanceof vscode.Uri) : [];
    const [left, right] = uris;
    return left && right ? provider.compare({ uri: left }, { uri: right }) : undefined;
  },
};

function gitIsThere(): boolean {
  return vscode.extensions.getExtension("vscode.git") !== undefined;
}

async function compareWithRevision({ provider, dialogs }: CommandServices, uri: vscode.Uri): Promise<unknown> {
  try {
    const { askRevision } = await import("../compare/gitRevisions");
    const revision = await askRevision(uri, dialogs());
    if (revision === undefined) return undefined;
    return await provider.compare(revision, { uri }).catch((error: unknown) => {
      revision.made?.engine.close(true);
      revision.made?.done?.();
      throw error;
    });
  } catch (error) {
    return dialogs().warn(describeError(error).message);
  }
}

async function compareActive(services: CommandServices): Promise<unknown> {
  const session = activeSession(services);
  if (!session) return undefined;
  const dialogs = services.dialogs();
  const { provider } = services;
  const { uri } = session.document;
  const withDisk = vscode.l10n.t("With the File on Disk");
  const withOther = vscode.l10n.t("With Another File…");
  const withRevision = vscode.l10n.t("With a Git Revision…");
  const twoRanges = vscode.l10n.t("The Two Selected Ranges");
  const items: vscode.QuickPickItem[] = [
    { label: withDisk, description: vscode.l10n.t("what Save would change") },
    { label: withOther },
    ...(gitIsThere()
      ? [{ label: withRevision, description: vscode.l10n.t("HEAD, or an older commit of the file") }]
      : []),
    { label: twoRanges, description: vscode.l10n.t("select the second with Ctrl held down") },
  ];
  const picked = await dialogs.pick(vscode.l10n.t("Compare"), items);
  switch (picked) {
    case withDisk:
      return provider.compareWithDisk(session.document);
    case withOther: {
      const other = await dialogs.fileToOpen(withOther);
      return other && provider.compare({ uri }, { uri: other });
    }
    case withRevision:
      return compareWithRevision(services, uri);
    case twoRanges: {
      const [first, second, ...more] = session.selectedRanges;
      if (first && second && more.length === 0) return provider.compare({ uri, range: first }, { uri, range: second });
      return dialogs.warn(vscode.l10n.t("Select two ranges, the second with Ctrl held down."));
    }
    default:
      return undefined;
  }
}
