// terahex.toggleBookmark, nextBookmark, previousBookmark, listBookmarks, editBookmark, clearBookmarks: bookmarks of the active editor's
// document, at its cursor.
import * as vscode from "vscode";
import { BOOKMARK_COLORS, MAX_BOOKMARKS, type BookmarkColor } from "../../../../shared/bookmarks";
import { formatExactBytes } from "../../../../shared/formatNumber";
import { hexOffset } from "../binaryDocument";
import type { Bookmark } from "../bookmarks/bookmarkList";
import type { DocumentBookmarks } from "../bookmarks/bookmarks";
import type { EditorSession } from "../editorSession";
import { activeSession, type CommandServices } from "./services";

const MOST_NAME = 200;

type Handler = (session: EditorSession, bookmarks: DocumentBookmarks, services: CommandServices) => unknown;

export const BOOKMARK_COMMANDS = {
  "terahex.toggleBookmark": toggle,
  "terahex.nextBookmark": (session, bookmarks, services) => step(session, bookmarks, services, 1),
  "terahex.previousBookmark": (session, bookmarks, services) => step(session, bookmarks, services, -1),
  "terahex.listBookmarks": list,
  "terahex.editBookmark": edit,
  "terahex.clearBookmarks": clear,
} satisfies Record<string, Handler>;

export async function runBookmarks(services: CommandServices, run: Handler): Promise<void> {
  const session = activeSession(services);
  if (session === undefined) return;
  const bookmarks = await services.bookmarks.get();
  await run(session, bookmarks.of(session.document), services);
}

/** What is selected becomes a bookmark, or stops being one; at a bare cursor the bookmark that it stands in. */
function toggle(session: EditorSession, bookmarks: DocumentBookmarks, { dialogs }: CommandServices): void {
  const { start, end } = session.selectedRange;
  if (start === end) return dialogs().inform(vscode.l10n.t("There is no byte at the cursor."));
  const known = session.hasRange
    ? bookmarks.marks.find((one) => one.start === start && one.end === end)
    : bookmarks.over(start);
  if (known !== undefined) return bookmarks.remove(known.id);
  if (bookmarks.add({ start, end, name: "", color: BOOKMARK_COLORS[0] })) return;
  dialogs().warn(vscode.l10n.t("A file has at most {0} bookmarks.", MAX_BOOKMARKS));
}

function step(session: EditorSession, bookmarks: DocumentBookmarks, services: CommandServices, by: 1 | -1): void {
  const { marks } = bookmarks;
  const from = session.selectedRange.start;
  const next = by > 0 ? marks.find(({ start }) => start > from) : marks.findLast(({ start }) => start < from);
  const around = by > 0 ? marks[0] : marks.at(-1);
  const to = next ?? around;
  if (to === undefined) noBookmarks(services);
  else show(session, to);
}

async function list(session: EditorSession, bookmarks: DocumentBookmarks, services: CommandServices): Promise<void> {
  const { marks } = bookmarks;
  if (marks.length === 0) return noBookmarks(services);
  const items = marks.map((mark) => ({
    id: mark.id,
    label: labelOf(mark),
    description: formatExactBytes(mark.end - mark.start),
    iconPath: iconOf(mark.color),
  }));
  const picked = await services.dialogs().pickItem(vscode.l10n.t("Go to Bookmark"), items);
  // Where it is by now: edits go on while the list is open.
  const mark = bookmarks.marks.find(({ id }) => id === picked?.id);
  if (mark !== undefined) show(session, mark);
}

async function edit(session: EditorSession, bookmarks: DocumentBookmarks, { dialogs }: CommandServices): Promise<void> {
  const mark = bookmarks.over(session.selectedRange.start);
  if (mark === undefined) return dialogs().inform(vscode.l10n.t("There is no bookmark at the cursor."));
  const rename = vscode.l10n.t("Rename…");
  const remove = vscode.l10n.t("Remove");
  const colors = new Map(BOOKMARK_COLORS.map((color) => [colorName(color), color]));
  const picked = await dialogs().pick(labelOf(mark), [
    { label: rename, iconPath: new vscode.ThemeIcon("edit") },
    { label: remove, iconPath: new vscode.ThemeIcon("trash") },
    { label: vscode.l10n.t("Color"), kind: vscode.QuickPickItemKind.Separator },
    ...[...colors].map(([label, color]) => ({ label, iconPath: iconOf(color) })),
  ]);
  if (picked === remove) return bookmarks.remove(mark.id);
  const color = colors.get(picked ?? "");
  if (color !== undefined) return bookmarks.change(mark.id, { color });
  if (picked !== rename) return;
  const name = await dialogs().input({
    title: vscode.l10n.t("Bookmark at {0}", hexOffset(mark.start)),
    prompt: vscode.l10n.t("Its name; none is fine, too."),
    value: mark.name,
    check: (text) => ({
      ok: text.length <= MOST_NAME,
      message: text.length <= MOST_NAME ? "" : vscode.l10n.t("At most {0} characters.", MOST_NAME),
    }),
  });
  if (name !== undefined) bookmarks.change(mark.id, { name: name.trim() });
}

async function clear(_: EditorSession, bookmarks: DocumentBookmarks, services: CommandServices): Promise<void> {
  const count = bookmarks.marks.length;
  if (count === 0) return noBookmarks(services);
  const remove = vscode.l10n.t("Remove");
  const question = vscode.l10n.t("Remove all {0} bookmarks of this file?", count);
  if ((await services.dialogs().ask(question, "", remove)) === remove) bookmarks.clear();
}

function noBookmarks({ dialogs }: CommandServices): void {
  dialogs().inform(vscode.l10n.t("This file has no bookmarks. Toggle Bookmark makes one at the cursor."));
}

/** The cursor at the first byte: that is the one to see. */
function show(session: EditorSession, { start, end }: Bookmark): void {
  session.select({ anchor: end - 1, focus: start, column: session.selection.column });
}

function labelOf({ start, name }: Bookmark): string {
  return name === "" ? hexOffset(start) : `${hexOffset(start)}  ${name}`;
}

function iconOf(color: BookmarkColor): vscode.ThemeIcon {
  return new vscode.ThemeIcon("bookmark", new vscode.ThemeColor(`charts.${color}`));
}

function colorName(color: BookmarkColor): string {
  switch (color) {
    case "blue":
      return vscode.l10n.t("Blue");
    case "green":
      return vscode.l10n.t("Green");
    case "yellow":
      return vscode.l10n.t("Yellow");
    case "orange":
      return vscode.l10n.t("Orange");
    case "red":
      return vscode.l10n.t("Red");
    case "purple":
      return vscode.l10n.t("Purple");
    default:
      return color satisfies never;
  }
}
