// The bookmarks of every open document: kept by file in the workspace's own storage, as places of the file on disk; moved along
// with edits; told to the pages. Loaded with the first page. Extension host's main thread.
import type * as vscode from "vscode";
import { BOOKMARK_COLORS, MAX_BOOKMARKS, type BookmarkColor, type BookmarkMark } from "../../../../shared/bookmarks";
import type { ByteRange } from "../../../../shared/byteRange";
import { EngineError } from "../../engine/engineError";
import { unsavedDifferences } from "../../engine/scan";
import type { BinaryDocument } from "../binaryDocument";
import type { FileMemory } from "../fileMemory";
import { acrossDifferences, BookmarkList, type Bookmark } from "./bookmarkList";

/** Typing moves bookmarks at each key; the page hears of it this often. */
const TELL_MS = 30;

/** Of a file as it is on disk. */
export type KeptBookmark = readonly [start: number, end: number, name: string, color: string];

/** What hears of them: a session. */
export interface BookmarkPage {
  readonly document: BinaryDocument;
  send(notice: { readonly type: "bookmarks"; readonly marks: readonly BookmarkMark[] }): void;
}

export interface BookmarksServices {
  readonly memory: FileMemory<readonly KeptBookmark[]>;
  readonly pagesOf: (document: BinaryDocument) => readonly BookmarkPage[];
}

export class Bookmarks implements vscode.Disposable {
  private readonly documents = new Map<BinaryDocument, DocumentBookmarks>();

  constructor(private readonly services: BookmarksServices) {}

  of(document: BinaryDocument): DocumentBookmarks {
    let known = this.documents.get(document);
    if (known === undefined) {
      known = new DocumentBookmarks(document, this.services);
      this.documents.set(document, known);
      document.onDidDispose(() => {
        known?.dispose();
        this.documents.delete(document);
      });
    }
    return known;
  }

  /** A page has opened. */
  show(page: BookmarkPage): void {
    this.of(page.document).tell([page]);
  }

  dispose(): void {
    for (const one of this.documents.values()) one.dispose();
    this.documents.clear();
  }
}

export class DocumentBookmarks implements vscode.Disposable {
  private list = new BookmarkList(0);
  private version = -1;
  private savedPosition: number | undefined;
  private sought = false;
  /** By id: where in the file on disk. */
  private filed = new Map<number, ByteRange>();
  private telling: NodeJS.Timeout | undefined;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly document: BinaryDocument,
    private readonly services: BookmarksServices,
  ) {
    this.subscriptions = [
      document.onDidSeek(() => (this.sought = true)),
      document.onDidChange(() => this.contentChanged()),
      document.onDidReopen(() => this.load()),
      services.memory.onDidMove((files) => {
        if (files.has(document.uri.toString())) this.load();
      }),
    ];
    this.load();
  }

  get marks(): readonly Bookmark[] {
    return this.list.shown;
  }

  over(offset: number): Bookmark | undefined {
    return this.list.over(offset);
  }

  /** @returns false: there are too many */
  add(mark: BookmarkMark): boolean {
    if (this.marks.length >= MAX_BOOKMARKS) return false;
    this.edit(() => this.list.add(mark));
    return true;
  }

  remove(id: number): void {
    this.edit(() => this.list.remove(id));
  }

  change(id: number, change: Partial<Pick<BookmarkMark, "name" | "color">>): void {
    this.edit(() => this.list.change(id, change));
  }

  clear(): void {
    this.edit(() => this.list.clear());
  }

  tell(pages: readonly BookmarkPage[]): void {
    const marks = this.marks.map(({ start, end, name, color }) => ({ start, end, name, color }));
    for (const page of pages) page.send({ type: "bookmarks", marks });
  }

  dispose(): void {
    clearTimeout(this.telling);
    for (const one of this.subscriptions.splice(0)) one.dispose();
  }

  private edit(change: () => void): void {
    change();
    this.keep();
    this.tellSoon();
  }

  private load(): void {
    const { engine } = this.document;
    this.list = new BookmarkList(engine?.position ?? 0);
    if (engine === null) return;
    this.version = engine.version;
    this.savedPosition = engine.savedPosition;
    const kept = this.services.memory.get(this.document.uri) ?? [];
    for (const [start, end, title, color] of kept) {
      if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start < end)
        this.list.add({ start, end, name: title, color: colorOf(color) });
    }
    this.filed = new Map(this.list.all.map((one) => [one.id, one]));
    this.placeByFile(false);
    this.tellSoon();
  }

  private contentChanged(): void {
    const { engine } = this.document;
    const { sought } = this;
    this.sought = false;
    if (engine === null) return;
    const before = this.list.all;
    const shown = this.marks;
    const { position } = engine;
    if (engine.version !== this.version) {
      const { version, all, changes } = engine.changesSince(this.version);
      this.version = version;
      const moves = position !== this.list.at;
      // What the file holds: no step is as sure.
      const asFiled = moves && !engine.dirty && engine.savedPosition === this.savedPosition;
      // A save that wrote the whole file changes no byte.
      const onlySaved = !moves && engine.lastPosition > 0;
      if (asFiled || (all && !onlySaved)) this.placeByFile(sought);
      else if (!all) this.list.follow({ position, sought, changes });
    }
    const saved = engine.savedPosition !== this.savedPosition;
    this.savedPosition = engine.savedPosition;
    if ((saved && before.length > 0) || !sameIds(shown, this.marks)) this.keep();
    if (this.list.all !== before) this.tellSoon();
  }

  /** Nobody knows how the content came about: from the file on disk by what is unsaved. */
  private placeByFile(sought: boolean): void {
    const { engine } = this.document;
    if (engine === null) return;
    const inFile = this.list.all.map((one) => this.filed.get(one.id) ?? one);
    const there = acrossDifferences(inFile, this.differences(), 0);
    const { size } = engine;
    const inside = there.map(({ start, end }) => ({ start: Math.min(start, size), end: Math.min(end, size) }));
    this.list.place(inside, engine.position, sought);
  }

  /** Writes down where in the file they are. As long as it is unsaved that bytes are deleted, the file has their bookmarks. */
  private keep(): void {
    const { marks } = this;
    const places = acrossDifferences(marks, this.differences(), 2);
    const here = new Map(marks.map(({ id }, index) => [id, atLeastOne(places[index])]));
    const { filed } = this;
    this.filed = new Map();
    const kept: KeptBookmark[] = [];
    for (const { id, name, color } of this.list.all) {
      const range = here.get(id) ?? (this.document.engine?.dirty === true ? filed.get(id) : undefined);
      if (range === undefined) continue;
      this.filed.set(id, range);
      kept.push([range.start, range.end, name, color]);
    }
    void this.services.memory.set(this.document.uri, kept.length === 0 ? undefined : kept);
  }

  private differences(): Float64Array {
    const { engine } = this.document;
    if (engine?.dirty !== true) return new Float64Array(0);
    try {
      return unsavedDifferences(engine);
    } catch (error) {
      // Bytes of the file stand in another order, or the core is not there: then places are taken for those of the file.
      if (error instanceof EngineError) return new Float64Array(0);
      throw error;
    }
  }

  private tellSoon(): void {
    this.telling ??= setTimeout(() => {
      this.telling = undefined;
      this.tell(this.services.pagesOf(this.document));
    }, TELL_MS);
  }
}

function colorOf(name: string): BookmarkColor {
  return BOOKMARK_COLORS.find((one) => one === name) ?? BOOKMARK_COLORS[0];
}

function sameIds(one: readonly Bookmark[], other: readonly Bookmark[]): boolean {
  if (one.length !== other.length) return false;
  const ids = new Set(one.map(({ id }) => id));
  return other.every(({ id }) => ids.has(id));
}

/** On bytes that are not in the file yet, it stands on the one behind them there. */
function atLeastOne(range: ByteRange | undefined): ByteRange {
  const { start, end } = range ?? { start: 0, end: 1 };
  return { start, end: Math.max(end, start + 1) };
}
