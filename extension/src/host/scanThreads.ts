// terahex.scanThreads: how many threads a scan takes. Read at each scan, so that a change holds from the next one on.
import * as vscode from "vscode";

/** As ScanOptions has it; 0: one for each processor. */
export function scanThreads(): number {
  const wanted: unknown = vscode.workspace.getConfiguration("terahex").get("scanThreads");
  return typeof wanted === "number" && Number.isSafeInteger(wanted) && wanted > 0 ? wanted : 0;
}
