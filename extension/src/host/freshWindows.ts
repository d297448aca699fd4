// Which bytes go along with a `changed` notice, so that no visible cell turns blank between an edit and its bytes: those of
// small changes, in pages that the webview asked for lately. Knows no vscode.
import { PAGE_BYTES } from "../../../shared/protocol";
import type { ByteSource, ByteWindow } from "../engine/byteSource";
import type { DocumentChange } from "../engine/document";

/** 64 KiB cross to a webview in 2 to 7 ms; more would delay the notice itself. */
const MAX_FRESH_BYTES = 64 * 1024;
/** Pages of a few screens. */
const MAX_RECENT_PAGES = 256;
/** Beyond this many changes a notice is about a whole region, not about keystrokes. */
const MAX_CHANGES = 256;

/** The pages that a webview asked for latest; a set in order of asking. */
export class RecentWindows {
  private readonly pages = new Set<number>();

  note(offset: number, length: number): void {
    const first = Math.floor(offset / PAGE_BYTES);
    const last = Math.floor((offset + Math.max(length, 1) - 1) / PAGE_BYTES);
    for (let page = first; page <= last; page++) {
      this.pages.delete(page);
      this.pages.add(page);
    }
    for (const page of this.pages) {
      if (this.pages.size <= MAX_RECENT_PAGES) break;
      this.pages.delete(page);
    }
  }

  clear(): void {
    this.pages.clear();
  }

  /** Page numbers, ascending, that lie in [start, end). */
  within(start: number, end: number): number[] {
    const first = Math.floor(start / PAGE_BYTES);
    const last = Math.ceil(end / PAGE_BYTES);
    return [...this.pages].filter((page) => page >= first && page < last).sort((a, b) => a - b);
  }
}

/** Of the pages behind a change of length, which all change, the first ones: the cursor is there, and so is what is in view. */
const MAX_MOVED_PAGES = 12;

/** @param changes null: everything. @returns empty when it is too much. */
export async function freshWindows(
  source: ByteSource,
  recent: RecentWindows,
  changes: readonly DocumentChange[] | null,
): Promise<(ByteWindow & { readonly offset: number })[]> {
  if (changes === null || changes.length > MAX_CHANGES) return [];
  const pages = new Set<number>();
  for (const { offset, oldLength, newLength } of changes) {
    if (oldLength === newLength) for (const page of recent.within(offset, offset + newLength)) pages.add(page);
    else for (const page of recent.within(offset, source.size).slice(0, MAX_MOVED_PAGES)) pages.add(page);
  }
  if (pages.size * PAGE_BYTES > MAX_FRESH_BYTES) return [];
  return Promise.all(
    [...pages].map(async (page) => {
      const offset = page * PAGE_BYTES;
      return { offset, ...(await source.read(offset, Math.min(PAGE_BYTES, source.size - offset))) };
    }),
  );
}
