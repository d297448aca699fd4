// What activate() returns to the editor tests, and to nobody else. Holds no logic of the extension.
import type * as vscode from "vscode";
import type { ToWebview } from "../../../shared/protocol";
import type { BinaryDocument } from "./binaryDocument";
import type { Bookmark } from "./bookmarks/bookmarkList";
import type { Bookmarks } from "./bookmarks/bookmarks";
import type { BinaryEditorProvider } from "./binaryEditorProvider";
import type { EditorSession } from "./editorSession";
import type { Dialogs } from "./notify";
import type { Lazy } from "./lazy";
import type { LazyTemplates } from "./templates/lazyTemplates";
import type { Templates } from "./templates/templates";

export interface TestApi {
  readonly provider: BinaryEditorProvider;
  readonly openDocuments: () => readonly BinaryDocument[];
  readonly document: (uri: vscode.Uri) => BinaryDocument | undefined;
  readonly sessions: (uri: vscode.Uri) => readonly EditorSession[];
  /** Acts as the webview of a session: sends a message, unchecked, and gives what the session posts for it. */
  readonly request: (session: EditorSession, body: unknown) => Promise<ToWebview>;
  readonly templates: () => Promise<Templates>;
  readonly bookmarks: (document: BinaryDocument) => Promise<readonly Bookmark[]>;
  readonly setDialogs: (dialogs: Dialogs) => void;
  readonly setEngineLoader: (load: () => void) => () => void;
}

/** Above every id that a real webview of the same session counts up to in a test. */
let nextId = 1_000_000;

interface Parts {
  readonly provider: BinaryEditorProvider;
  readonly templates: LazyTemplates;
  readonly bookmarks: Lazy<Bookmarks>;
}

export interface Replaceable {
  dialogs: Dialogs;
  loadEngine: () => void;
}

export function testApi({ provider, templates, bookmarks }: Parts, inUse: Replaceable): TestApi {
  const find = (uri: vscode.Uri) => provider.documents.find((document) => document.uri.toString() === uri.toString());
  return {
    provider,
    openDocuments: () => provider.documents,
    document: find,
    sessions: (uri) => {
      const document = find(uri);
      return document ? provider.sessionsOf(document) : [];
    },
    request: (session, body) =>
      new Promise((resolve) => {
        const id = nextId++;
        const tap = (message: ToWebview): void => {
          if (message.kind === "notice" || message.id !== id) return;
          session.taps.delete(tap);
          resolve(message);
        };
        session.taps.add(tap);
        session.acceptRaw({ kind: "request", id, body });
      }),
    templates: () => templates.get(),
    bookmarks: async (document) => (await bookmarks.get()).of(document).marks,
    setDialogs: (dialogs) => (inUse.dialogs = dialogs),
    setEngineLoader: (load) => {
      const before = inUse.loadEngine;
      inUse.loadEngine = load;
      return () => (inUse.loadEngine = before);
    },
  };
}
