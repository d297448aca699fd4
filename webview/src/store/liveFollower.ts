// Keeps the visible bytes true to a file that others write: asked once per frame, one question under way, none while hidden
// (a hidden page has no frames). Pure; asks through the port.
import { MAX_WINDOW_BYTES } from "../../../shared/protocol";
import type { FreshWindow, WindowReply } from "../../../shared/protocol";
import { pageOf, pageStart } from "./page";
import type { WindowCall } from "./pageStore";

/** After a question that failed: the file may be gone, and the banner says so. */
const RETRY_AFTER_MS = 500;

export interface LivePort {
  readLive(offset: number, length: number): WindowCall;
  /** The bytes of now; draw them and ask again in the next frame. */
  arrived(window: FreshWindow): void;
  failed(): void;
  now(): number;
}

export class LiveFollower {
  #call: WindowCall | undefined;
  #notBeforeMs = 0;

  constructor(private readonly port: LivePort) {}

  /** Call it once per frame with what is visible of a document of `size` bytes. */
  follow(visibleStart: number, visibleEnd: number, size: number): void {
    if (this.#call !== undefined || this.port.now() < this.#notBeforeMs) return;
    const end = Math.min(visibleEnd, size);
    if (visibleStart >= end) return;
    // Whole pages, because that is what the store holds.
    const offset = pageStart(pageOf(visibleStart));
    const length = Math.min(pageStart(pageOf(end - 1) + 1), size, offset + MAX_WINDOW_BYTES) - offset;
    const call = this.port.readLive(offset, length);
    this.#call = call;
    call.reply.then(
      (reply: WindowReply) => {
        if (this.#call !== call) return;
        this.#call = undefined;
        this.port.arrived({ ...reply, offset });
      },
      () => {
        if (this.#call !== call) return;
        this.#call = undefined;
        this.#notBeforeMs = this.port.now() + RETRY_AFTER_MS;
        this.port.failed();
      },
    );
  }

  /** Live mode has ended. */
  stop(): void {
    this.#call?.cancel();
    this.#call = undefined;
    this.#notBeforeMs = 0;
  }
}
