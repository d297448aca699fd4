// Every message between an editor's webview and the extension host. Offsets and lengths: bytes, safe integers, ranges
// half-open; flattened ranges are [start, end, start, end, ...]. Type tags are strings, readable in a log.
// Only windows cross: a message carries at most MAX_WINDOW_BYTES of file content.
import type { BookmarkMark } from "./bookmarks";
import type { ByteRange } from "./byteRange";
import type { CompareAnswer, CompareNews, CompareQuestion } from "./compareProtocol";
import type { FindAnswer, FindNews, FindQuestion } from "./findProtocol";
import type { PixelsAnswer, PixelsQuestion } from "./pixelsProtocol";
import type { RawPixels } from "./rawPixels";
import type { MeasureAnswer, MeasureNews, MeasureQuestion } from "./measureProtocol";
import type { SectionsAnswer, SectionsNews, SectionsQuestion } from "./sectionsProtocol";
import type { StructAnswer, StructNews, StructNotice, StructQuestion } from "./structProtocol";

export const MAX_WINDOW_BYTES = 256 * 1024;
/** The unit that the page store of a webview holds and asks for. */
export const PAGE_BYTES = 4096;

export type ErrorCode =
  | "not-found"
  | "access-denied"
  | "read-only"
  | "not-a-file"
  | "exists"
  | "out-of-range"
  | "invalid-argument"
  | "vanished"
  | "changed"
  | "io"
  | "no-space"
  | "quota"
  | "busy"
  | "closed"
  | "cancelled"
  | "unsupported"
  | "too-large"
  | "corrupt"
  | "malformed-message"
  | "internal";

export type CopyFormat = "hex" | "text" | "c-array" | "base64" | "hexdump";
export type EditColumn = "hex" | "text";
/** What typing does; each panel has its own. */
export type EditMode = "overwrite" | "insert";

/** Webview to host; each gets exactly one reply or failure. */
export type HostRequest =
  /** First message of a fresh webview. `shows`: it remembers from before a reload of the window that it was the picture. */
  | { readonly type: "open"; readonly shows?: "pixels" }
  /** Answered at once, by every host: what the page and VS Code sent before it has arrived. */
  | { readonly type: "echo" }
  | { readonly type: "readWindow"; readonly offset: number; readonly length: number }
  /** In live mode: the bytes of the file as they are at this moment. At most one of a view is under way. */
  | { readonly type: "readLive"; readonly offset: number; readonly length: number }
  /** `merge`: continue the latest undo step (typing on in the same run). */
  | {
      readonly type: "overwrite";
      readonly offset: number;
      readonly bytes: ArrayBuffer;
      readonly merge: boolean;
      readonly label: EditLabel;
    }
  /** Takes `ranges` out (normal form, byteRange.ts) and puts `bytes` in at `offset`, an offset before that; one undo step.
   *  With no ranges an insertion, with no bytes a deletion. At most MAX_WINDOW_BYTES of bytes. */
  | {
      readonly type: "replace";
      readonly ranges: readonly ByteRange[];
      readonly offset: number;
      readonly bytes: ArrayBuffer;
      readonly merge: boolean;
      readonly label: EditLabel;
    }
  /** Copies the ranges, one after the other, with unsaved edits, to the clipboard; `cut`: and takes them out. */
  | {
      readonly type: "copy";
      readonly ranges: readonly ByteRange[];
      readonly format: CopyFormat;
      readonly cut: boolean;
    }
  /** Pastes the clipboard at `offset`; the host asks how where the text allows several readings. In insert mode it takes the
   *  place of `ranges`, which may be none; in overwrite mode those are not looked at. */
  | {
      readonly type: "paste";
      readonly offset: number;
      readonly column: EditColumn;
      readonly mode: EditMode;
      readonly ranges: readonly ByteRange[];
    }
  /** A question of the find bar. */
  | { readonly type: "find"; readonly ask: FindQuestion }
  /** A question of the overview. */
  | { readonly type: "measure"; readonly ask: MeasureQuestion }
  /** A question of the page of a comparison. */
  | { readonly type: "compare"; readonly ask: CompareQuestion }
  /** A question of the view of sections. */
  | { readonly type: "sections"; readonly ask: SectionsQuestion }
  /** A question of the struct tree. */
  | { readonly type: "struct"; readonly ask: StructQuestion }
  /** A question of a page that shows the document as a picture. */
  | {
      readonly type: "pixels";
      readonly ask: PixelsQuestion;
      /** Not the picture that the file says it is: its bytes as pixels. */
      readonly raw?: RawPixels;
    };

export type EditLabel = "type" | "delete" | "inspector" | "field" | "paste";

export interface HostReply {
  open: OpenReply;
  echo: Readonly<Record<string, never>>;
  readWindow: WindowReply;
  readLive: WindowReply;
  overwrite: { readonly version: number };
  replace: { readonly version: number };
  copy: { readonly bytes: number };
  /** What was pasted, to be selected; empty when the person chose not to. */
  paste: { readonly pasted: ByteRange };
  find: FindAnswer[FindQuestion["kind"]];
  measure: MeasureAnswer[MeasureQuestion["kind"]];
  compare: CompareAnswer[CompareQuestion["kind"]];
  sections: SectionsAnswer[SectionsQuestion["kind"]];
  struct: StructAnswer[StructQuestion["kind"]];
  pixels: PixelsAnswer[PixelsQuestion["kind"]];
}

export interface OpenReply {
  readonly state: DocumentState;
  readonly settings: ViewSettings;
  /** Where to start; from a link, a restored editor or the last visit. */
  readonly selection: Selection;
  readonly mode: EditMode;
}

export interface WindowReply {
  /** Exactly the bytes from the asked offset; shorter only at the end of the document. */
  readonly bytes: ArrayBuffer;
  readonly version: number;
  readonly unsaved: readonly number[];
  readonly unreadable: readonly number[];
}

export interface DocumentState {
  readonly name: string;
  readonly size: number;
  readonly version: number;
  readonly readOnly: boolean;
  /** Why, for the person; absent when it can be edited. */
  readonly readOnlyReason?: string;
  /** A trouble with the file on disk that the view shows as a banner until it ends. */
  readonly trouble?: Trouble;
  /** Absent outside of live mode. */
  readonly live?: LiveState;
}
/** Armed: what is typed is in the file at once, without undo. */
export type LiveState = "watching" | "armed";

export interface Trouble {
  readonly kind: "modified" | "truncated" | "grown" | "replaced" | "deleted" | "unreachable";
  readonly message: string;
  readonly actions: readonly TroubleAction[];
}
/** "keepMine": the edits on top of the file as it is now; "reload": the file as it is now, the edits undone. */
export type TroubleAction = "keepMine" | "reload" | "compare" | "saveAs" | "dismiss";

export interface ViewSettings {
  /** Bytes per row, 1 to 256; "fit": as many multiples of 8 as the width allows. */
  readonly bytesPerRow: number | "fit";
  readonly inspector: boolean;
  /** The struct tree stands beside the bytes. */
  readonly structTree: boolean;
  /** The strip of the whole file stands beside the scroll bar. */
  readonly overview: boolean;
  /** As the person last left them in any editor; absent: they never moved a sash. */
  readonly panes?: PaneSizes;
}

/** Of the data inspector and the struct tree, beside the bytes and below them; the page holds them to what fits. */
export interface PaneSizes {
  readonly paneWidthPx: number;
  readonly paneHeightPx: number;
  readonly treeWidthPx: number;
  readonly treeHeightPx: number;
}

/** `focus` is where the cursor is, `anchor` where the selection began; equal: no selection, just a cursor.
 *  The selected bytes are min(anchor, focus) to max(anchor, focus), both included. In insert mode the cursor may stand behind
 *  the last byte, at the size. */
export interface Selection {
  readonly anchor: number;
  readonly focus: number;
  readonly column: EditColumn;
  /** Bytes selected besides, in normal form (byteRange.ts), at most MAX_RANGES; with any, the cursor's byte is selected too. */
  readonly more?: readonly ByteRange[];
}

/** Webview to host, unanswered. */
export type HostNotice =
  | { readonly type: "selectionChanged"; readonly selection: Selection }
  | { readonly type: "modeChanged"; readonly mode: EditMode }
  | { readonly type: "troubleAction"; readonly action: TroubleAction }
  /** The person dragged or toggled something that is to be remembered. */
  | {
      readonly type: "settingChanged";
      readonly inspector?: boolean;
      readonly structTree?: boolean;
      readonly overview?: boolean;
      readonly panes?: PaneSizes;
    }
  | { readonly type: "struct"; readonly tell: StructNotice }
  /** The first rows of real bytes are on screen; for the benchmark and the tests. */
  | { readonly type: "firstRows"; readonly elapsedMs: number };

/** Host to webview, unanswered. */
export type ViewNotice =
  /** `changes`: triples offset, old length, new length, in order; null: everything. `fresh`: the new bytes of small changes, so
   *  that no cell goes blank between. */
  | {
      readonly type: "changed";
      readonly state: DocumentState;
      readonly changes: readonly number[] | null;
      readonly fresh: readonly FreshWindow[];
    }
  | { readonly type: "state"; readonly state: DocumentState }
  | { readonly type: "settings"; readonly settings: ViewSettings }
  /** Moves cursor and selection and scrolls there. */
  | { readonly type: "select"; readonly selection: Selection }
  /** Runs a command of the view that VS Code's menu, palette or keys asked for. */
  | { readonly type: "command"; readonly command: ViewCommand }
  | { readonly type: "find"; readonly news: FindNews }
  | { readonly type: "measure"; readonly news: MeasureNews }
  | { readonly type: "compare"; readonly news: CompareNews }
  | { readonly type: "sections"; readonly news: SectionsNews }
  | { readonly type: "struct"; readonly news: StructNews }
  /** All of them, ascending. */
  | { readonly type: "bookmarks"; readonly marks: readonly BookmarkMark[] };

export type ViewCommand =
  | "selectAll"
  | "copy"
  | "cut"
  | "paste"
  | "deleteSelection"
  | "toggleMode"
  | "toggleInspector"
  | "toggleStructTree"
  /** Of the page of a picture: its bytes as pixels, whatever they are. */
  | "rawPixels"
  | "focus"
  | { readonly copyAs: CopyFormat };

export interface FreshWindow extends WindowReply {
  readonly offset: number;
}

export type ToHost =
  | { readonly kind: "request"; readonly id: number; readonly body: HostRequest }
  | { readonly kind: "cancel"; readonly id: number }
  | { readonly kind: "notice"; readonly body: HostNotice };

export type ToWebview =
  | { readonly kind: "reply"; readonly id: number; readonly body: HostReply[HostRequest["type"]] }
  | { readonly kind: "failure"; readonly id: number; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: "notice"; readonly body: ViewNotice };
