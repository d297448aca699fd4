// A text file line by line, of any length in bounded memory. Knows no format.
import { Buffer } from "node:buffer";
import type { ByteSource } from "../../engine/byteSource";
import { EngineError } from "../../engine/engineError";
import { chunksOf } from "./model";

const LINE_FEED = 0x0a;

export interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
  /** Behind the line, in bytes. */
  readonly end: number;
}

/** Without line ends, LF or CR LF. @throws EngineError "too-large" for a line longer than `maxBytes`. */
export async function* linesOf(source: ByteSource, maxBytes: number): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let number = 1;
  let at = 0;
  const add = (bytes: Uint8Array): void => {
    length += bytes.length;
    if (length > maxBytes) throw atLine(number, new EngineError("too-large", `longer than ${maxBytes} bytes`));
    parts.push(bytes);
  };
  const line = (): Line => {
    const text = Buffer.concat(parts).toString("utf8").replace(/\r$/, "");
    parts = [];
    length = 0;
    return { text, number: number++, end: at };
  };
  for await (const chunk of chunksOf(source, 0, source.size)) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      add(chunk.subarray(start, end));
      at += end + 1 - start;
      start = end + 1;
      yield line();
    }
    if (start < chunk.length) add(chunk.subarray(start));
    at += chunk.length - start;
  }
  if (parts.length > 0) yield line();
}

/** The same error, with its line. */
export function atLine(number: number, error: unknown): unknown {
  if (!(error instanceof EngineError)) return error;
  return new EngineError(error.code, `Line ${number}: ${error.message}`, { offset: error.offset, cause: error });
}
