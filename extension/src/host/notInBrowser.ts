// What the browser's build has in the place of parts that need threads, the addon, or files of a disk: each says so when it is
// asked for. scripts/lib/bundles.mjs says in the place of which modules.
import * as vscode from "vscode";
import { HostError } from "./errors";

function refuse(): never {
  const message = vscode.l10n.t(
    "This part of Terahex does not run in a browser. On a desktop, or on a server that VS Code is connected to, it does.",
  );
  throw new HostError("unsupported", message);
}

export {
  refuse as exportAddressed,
  refuse as exportPatch,
  refuse as importAddressed,
  refuse as importPatch,
  refuse as keyOf,
  refuse as openComparison,
  refuse as openStructs,
  refuse as PictureThread,
  refuse as showKept,
  refuse as startTemplate,
  refuse as Templates,
};

/** No template is helped with: the text editor works as without Terahex. */
export function serveKsyFiles(): vscode.Disposable {
  return new vscode.Disposable(() => undefined);
}
