// Go to Bookmark goes to the one that was picked, to where it is by then.
import "./vscodeStub";
import assert from "node:assert/strict";
import { BookmarkList } from "../../../extension/src/host/bookmarks/bookmarkList";
import { BOOKMARK_COMMANDS } from "../../../extension/src/host/commands/bookmarkCommands";
import type { DocumentBookmarks } from "../../../extension/src/host/bookmarks/bookmarks";
import type { CommandServices } from "../../../extension/src/host/commands/services";
import type { EditorSession } from "../../../extension/src/host/editorSession";
import type { ByteRange } from "../../../shared/byteRange";

describe("going to a bookmark of the list", () => {
  /** @returns the range that is selected after the item at `index` was picked, with `edit` between list and answer */
  async function gone(index: number, edit: (list: BookmarkList) => void): Promise<ByteRange | undefined> {
    const list = new BookmarkList(0);
    list.add({ start: 20, end: 22, name: "", color: "blue" });
    list.add({ start: 20, end: 29, name: "", color: "red" });
    const bookmarks = {
      get marks() {
        return list.shown;
      },
    };
    let selected: ByteRange | undefined;
    const session = {
      selection: { column: "hex" },
      select: ({ anchor, focus }: { anchor: number; focus: number }) => (selected = { start: focus, end: anchor + 1 }),
    };
    const dialogs = {
      pickItem: (_title: string, items: readonly unknown[]) => {
        edit(list);
        return Promise.resolve(items[index]);
      },
    };
    await BOOKMARK_COMMANDS["terahex.listBookmarks"](
      session as unknown as EditorSession,
      bookmarks as unknown as DocumentBookmarks,
      { dialogs: () => dialogs } as unknown as CommandServices,
    );
    return selected;
  }

  it("goes to the picked one of two with the same label", async () => {
    assert.deepEqual(await gone(0, () => undefined), { start: 20, end: 22 });
    assert.deepEqual(await gone(1, () => undefined), { start: 20, end: 29 });
  });

  it("goes to where it was moved to, and nowhere once it is gone", async () => {
    const change = { offset: 0, oldLength: 0, newLength: 5 };
    const moved = (list: BookmarkList): void => list.follow({ position: 1, sought: false, changes: [change] });
    assert.deepEqual(await gone(1, moved), { start: 25, end: 34 });
    assert.equal(await gone(1, (list) => list.clear()), undefined);
  });
});
