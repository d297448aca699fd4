// A document of another thread, for threads of ours: through the addon, or without it where there is none. Knows no thread.
import type { ByteSource } from "./byteSource";
import { DocumentReader } from "./documentReader";
import { loadAddon } from "./loadAddon";
import { attachPlainReader } from "./plain/sharedReader";

/** @param source as EngineDocument.readerSource has it. @throws EngineError "closed": there is no such document any more */
export function attachReader({
  readerKey,
  plain,
}: {
  readonly readerKey: number;
  readonly plain?: boolean;
}): ByteSource {
  return DocumentReader.attach(readerKey, plain === true ? { attachReader: attachPlainReader } : loadAddon());
}
