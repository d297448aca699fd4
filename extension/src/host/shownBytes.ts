// What panels were shown lately, as digests: so that bytes changed behind the file's times are noticed. A store through
// another program's mapping moves them late or not at all. Knows no panel; holds no bytes.
import { createHash } from "node:crypto";
import { PAGE_BYTES } from "../../../shared/protocol";
import type { ByteSource, ByteWindow } from "../engine/byteSource";

/** A few screens; reading them again costs some 100 us. */
const MAX_PAGES = 32;

interface ShownPage {
  readonly version: number;
  readonly digest: string;
  readonly length: number;
}

export class ShownBytes {
  /** By offset, the latest shown last. */
  private readonly pages = new Map<number, ShownPage>();

  /** @param offset of a window that goes to a panel. */
  note(offset: number, window: ByteWindow): void {
    const bytes = new Uint8Array(window.bytes);
    const first = (PAGE_BYTES - (offset % PAGE_BYTES)) % PAGE_BYTES;
    for (let at = first; at < bytes.length; at += PAGE_BYTES) {
      const page = bytes.subarray(at, at + PAGE_BYTES);
      this.pages.delete(offset + at);
      this.pages.set(offset + at, { version: window.version, digest: digestOf(page), length: page.length });
    }
    for (const known of this.pages.keys()) {
      if (this.pages.size <= MAX_PAGES) break;
      this.pages.delete(known);
    }
  }

  /** Reads what is shown again. @returns true when a byte differs without a change of the document. */
  async differs(source: ByteSource): Promise<boolean> {
    let found = false;
    for (const [offset, shown] of [...this.pages]) {
      if (offset >= source.size) {
        this.pages.delete(offset);
        continue;
      }
      const window = await source.read(offset, shown.length);
      const digest = digestOf(new Uint8Array(window.bytes));
      // A change of the document explains itself; from now on this is what is known.
      if (window.version === shown.version && digest !== shown.digest) found = true;
      if (this.pages.get(offset) === shown) {
        this.pages.set(offset, { version: window.version, digest, length: shown.length });
      }
    }
    return found;
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha1").update(bytes).digest("base64");
}
