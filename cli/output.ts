// Standard output that waits for a slow reader and tells a vanished one from success: what is written is kept in memory
// never longer than one chunk. Knows nothing of commands.
import type { Writable } from "node:stream";

export class Output {
  private failure: Error | undefined;

  constructor(private readonly stream: Writable) {
    stream.on("error", (error) => {
      this.failure ??= error;
    });
  }

  /** Settles when the chunk has been handed to the system. @throws what the stream failed with (EPIPE: the reader has gone). */
  async write(chunk: string | Uint8Array): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    await new Promise<void>((resolve, reject) => {
      this.stream.write(chunk, (error) => (error === null || error === undefined ? resolve() : reject(error)));
    });
  }

  /** Waits until all is written. */
  async end(): Promise<void> {
    await this.write("");
  }
}
