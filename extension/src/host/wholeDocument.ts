// Documents of files that VS Code reads and writes whole: those behind other schemes than the disk's, and all in a browser. Their
// bytes are held in memory, so their size has a cap. Knows no panel and no Node.
import * as vscode from "vscode";
import { formatExact } from "../../../shared/formatNumber";
import { EngineDocument } from "../engine/document";
import { EngineError, type EngineErrorCode } from "../engine/engineError";
import { PlainDocument } from "../engine/plain/plainDocument";
import { plainScans } from "../engine/plain/plainScan";
import { saying } from "../engine/plain/unsupported";
import { WholeFileStore, type WholeFile } from "../engine/plain/wholeFileStore";
import { pathOf, uriOf } from "./disk";
import { HostError } from "./errors";

/** A save holds the file twice, and VS Code copies it on its way: four times this much memory is what a tab of a browser has. */
const CAP_BYTES = 256 * 1024 * 1024;

export interface WholeContent {
  readonly kind: "engine";
  readonly engine: EngineDocument;
  readonly readOnlyReason: string | null;
  /** Puts a backup's edits on the document; it cannot wait for files to be read by itself. */
  readonly whole: { restore(backup: Uint8Array, force: boolean): void };
}

/** @throws HostError: in words for the person. */
export async function openWhole(uri: vscode.Uri, why: string): Promise<WholeContent> {
  const { size, permissions = 0 } = await vscode.workspace.fs.stat(uri).then(undefined, (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HostError("not-found", vscode.l10n.t("“{0}” can't be read: {1}", uri.toString(true), reason));
  });
  if (size > CAP_BYTES) {
    const message = vscode.l10n.t(
      "This file has {0}. {1}, so Terahex opens files of up to {2} there.",
      mebibytes(size),
      why,
      mebibytes(CAP_BYTES),
    );
    throw new HostError("too-large", message);
  }
  const readOnly =
    (permissions & vscode.FilePermission.Readonly) !== 0 ||
    vscode.workspace.fs.isWritableFileSystem(uri.scheme) === false;
  const store = await WholeFileStore.open(wholeFile(uri, !readOnly));
  const document = new PlainDocument(store, {
    offer: () => {
      throw new EngineError(
        "unsupported",
        vscode.l10n.t("Structs and pictures are read from files of the disk alone."),
      );
    },
  });
  return {
    kind: "engine",
    engine: new EngineDocument(document, saying("reads files of the disk alone", { ...plainScans, plain: true })),
    readOnlyReason: readOnly ? vscode.l10n.t("The file system is read-only.") : null,
    whole: { restore: (backup, force) => document.restoreBytes(backup, force) },
  };
}

function mebibytes(bytes: number): string {
  return `${formatExact(Math.ceil(bytes / 2 ** 20))} MiB`;
}

function wholeFile(uri: vscode.Uri, writable: boolean): WholeFile {
  const { fs } = vscode.workspace;
  const path = pathOf(uri);
  return {
    path,
    writable,
    stat: async () => {
      try {
        const { size, mtime } = await fs.stat(uri);
        return { size, modified: mtime };
      } catch (error) {
        if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") return undefined;
        throw asEngineError(error, path);
      }
    },
    read: async () => {
      const bytes = await attempt(fs.readFile(uri), path);
      // Whatever it is a view of, it is copied once, here.
      return new Uint8Array(bytes);
    },
    write: (bytes) => attempt(fs.writeFile(uri, bytes), path),
    writeOther: (target, bytes) => attempt(fs.writeFile(uriOf(target), bytes), target),
  };
}

function attempt<T>(call: Thenable<T>, path: string): Promise<T> {
  return Promise.resolve(call).catch((error: unknown) => {
    throw asEngineError(error, path);
  });
}

const CODES: Readonly<Record<string, EngineErrorCode>> = {
  FileNotFound: "not-found",
  FileExists: "exists",
  FileIsADirectory: "not-a-file",
  FileNotADirectory: "not-found",
  NoPermissions: "access-denied",
};

function asEngineError(error: unknown, path: string): EngineError {
  const code = error instanceof vscode.FileSystemError ? CODES[error.code] : undefined;
  return new EngineError(code ?? "io", error instanceof Error ? error.message : String(error), { path, cause: error });
}
