// What patch, replace and recover print: {"committed","bytesWritten","how"}.
import type { CommitHow } from "../extension/src/engine/document";

export function outcomeJson(
  { how, bytesWritten }: { readonly how: CommitHow; readonly bytesWritten: number },
  committed: boolean,
): string {
  return JSON.stringify({ committed, bytesWritten, how });
}
