// What commands are given. One command, one file; each takes the active session by itself.
import type { Memento, Uri } from "vscode";
import type { Bookmarks } from "../bookmarks/bookmarks";
import type { BinaryEditorProvider } from "../binaryEditorProvider";
import type { EditorSession } from "../editorSession";
import type { Lazy } from "../lazy";
import type { Measures } from "../measure/measures";
import type { Dialogs } from "../notify";
import type { Sections } from "../sections/sections";
import type { Settings } from "../settings";
import type { StructView } from "../struct/structView";
import type { LazyTemplates } from "../templates/lazyTemplates";

export interface CommandServices {
  readonly provider: BinaryEditorProvider;
  readonly settings: Settings;
  readonly dialogs: () => Dialogs;
  readonly templates: LazyTemplates;
  readonly memento: Memento;
  readonly extension: Uri;
  /** Journals, logs, and what was set aside of them. */
  readonly storageFolder: string;
  readonly measures: Lazy<Measures>;
  readonly bookmarks: Lazy<Bookmarks>;
  readonly structView: StructView;
  readonly sections: Lazy<Sections>;
}

/** The session of the active panel, when it shows a file. */
export function activeSession({ provider }: CommandServices): EditorSession | undefined {
  const session = provider.activeSession;
  return session?.document.content.kind === "failed" ? undefined : session;
}
