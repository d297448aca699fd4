// Revisions of a file, as VS Code's own git extension knows them: which there are, and one of them as a side of a comparison. Knows
// no panel. Where that extension is absent or switched off there are none. Extension host's main thread.
import { promises as fs } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import { formatExactBytes } from "../../../../shared/formatNumber";
import { EngineDocument } from "../../engine/document";
import { HostError } from "../errors";
import { withProgress, type Dialogs } from "../notify";
import type { SideChoice } from "./side";

/** The part that is used here of the API that vscode.git describes in extensions/git/src/api/git.d.ts of VS Code. */
interface GitApi {
  /** "uninitialized" until it has looked at the folders of the workspace. */
  readonly state: "uninitialized" | "initialized";
  readonly onDidChangeState: vscode.Event<unknown>;
  getRepository(uri: vscode.Uri): GitRepository | null;
  /** Newer versions. */
  getRepositoryRoot?(uri: vscode.Uri): Promise<vscode.Uri | null>;
  openRepository?(root: vscode.Uri): Promise<GitRepository | null>;
}
interface GitRepository {
  log(options: { readonly maxEntries: number; readonly path: string }): Promise<readonly GitCommit[]>;
  getObjectDetails(ref: string, filePath: string): Promise<{ readonly size: number }>;
  buffer(ref: string, filePath: string): Promise<Uint8Array>;
}
interface GitCommit {
  readonly hash: string;
  readonly message: string;
  readonly authorName?: string;
  readonly commitDate?: Date;
}
interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}

const HEAD = "HEAD";
const MOST_COMMITS = 100;
/** The git extension hands a revision over in memory, as a whole. */
const MOST_BYTES = 512 * 1024 * 1024;
const SHORT_HASH = 8;
const LONGEST_WAIT_MS = 15_000;

export function gitIsThere(): boolean {
  return vscode.extensions.getExtension("vscode.git") !== undefined;
}

/** @returns undefined: nothing was picked. @throws HostError "unsupported", "not-found", "too-large" */
export async function askRevision(uri: vscode.Uri, dialogs: Dialogs): Promise<SideChoice | undefined> {
  const repository = await repositoryOf(uri);
  const commits = await repository.log({ maxEntries: MOST_COMMITS, path: uri.fsPath });
  const refs = new Map([[HEAD, HEAD]]);
  const items: vscode.QuickPickItem[] = [{ label: HEAD, description: vscode.l10n.t("as it was last committed") }];
  for (const { hash, message, authorName, commitDate } of commits) {
    const label = `${hash.slice(0, SHORT_HASH)} ${message.split("\n", 1)[0] ?? ""}`;
    refs.set(label, hash);
    const description = [authorName, commitDate?.toLocaleDateString()].filter((one) => one !== undefined).join(", ");
    items.push({ label, description });
  }
  const picked = await dialogs.pick(vscode.l10n.t("Compare {0} with a Revision", path.basename(uri.fsPath)), items);
  const ref = refs.get(picked ?? "");
  return ref === undefined ? undefined : revisionOf(uri, ref);
}

/** The file as it was at `ref`, in a file of its own until the side lets go of it. @throws as askRevision(). */
export async function revisionOf(uri: vscode.Uri, ref: string): Promise<SideChoice> {
  const repository = await repositoryOf(uri);
  const name = path.basename(uri.fsPath);
  const label = ref === HEAD ? HEAD : ref.slice(0, SHORT_HASH);
  const size = await repository.getObjectDetails(ref, uri.fsPath).then(
    (details) => Number(details.size),
    () => undefined,
  );
  if (size === undefined) {
    throw new HostError("not-found", vscode.l10n.t("{0} is not part of {1}.", name, label));
  }
  if (size > MOST_BYTES) {
    const reason = vscode.l10n.t(
      "{0} has {1} at {2}; git hands over {3} at most here. Check the revision out beside it, and compare the two files.",
      name,
      formatExactBytes(size),
      label,
      formatExactBytes(MOST_BYTES),
    );
    throw new HostError("too-large", reason);
  }
  const bytes = await withProgress(vscode.l10n.t("Reading {0} at {1}", name, label), undefined, () =>
    repository.buffer(ref, uri.fsPath),
  );
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "terahex-revision-"));
  // What stays in the folder for temporary files, the system clears away.
  const done = (): void => void fs.rm(folder, { recursive: true, force: true }).catch(() => undefined);
  try {
    const file = path.join(folder, name);
    await fs.writeFile(file, bytes, { mode: 0o600 });
    const what = ref === HEAD ? vscode.l10n.t("last commit") : vscode.l10n.t("commit {0}", label);
    return { uri, made: { engine: EngineDocument.open(file, { readOnly: true }), what, revision: ref, done } };
  } catch (error) {
    done();
    throw error;
  }
}

/** After a reload of the window a comparison is there again before the repositories are. */
async function initialized(git: GitApi): Promise<void> {
  if (git.state === "initialized") return;
  let done: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (done = resolve));
  const timer = setTimeout(done, LONGEST_WAIT_MS);
  const subscription = git.onDidChangeState(done);
  await ready;
  clearTimeout(timer);
  subscription.dispose();
}

async function repositoryOf(uri: vscode.Uri): Promise<GitRepository> {
  const extension = vscode.extensions.getExtension<GitExtension>("vscode.git");
  const exports = extension === undefined ? undefined : await extension.activate();
  if (exports?.enabled !== true) throw new HostError("unsupported", vscode.l10n.t("VS Code's git is switched off."));
  const git = exports.getAPI(1);
  await initialized(git);
  const known = git.getRepository(uri);
  if (known !== null) return known;
  // Of no open folder: VS Code has not looked there yet.
  const root = await git.getRepositoryRoot?.(vscode.Uri.joinPath(uri, ".."));
  const opened = root && (await git.openRepository?.(root));
  if (opened) return opened;
  throw new HostError(
    "not-found",
    vscode.l10n.t("{0} is in no git repository that VS Code has open.", path.basename(uri.fsPath)),
  );
}
