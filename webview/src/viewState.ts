// What a view keeps of itself across being hidden or reloaded: VS Code throws a hidden webview away and makes a new one.
// Offsets, not rows: the width may be another one then.
import type { PaneSizes, Selection } from "../../shared/protocol";

export interface ViewState extends PaneSizes {
  readonly selection: Selection;
  /** First byte of the topmost row. */
  readonly topOffset: number;
  readonly px: number;
  readonly scrollXPx: number;
}

export const DEFAULT_PANE: PaneSizes = { paneWidthPx: 360, paneHeightPx: 260, treeWidthPx: 480, treeHeightPx: 320 };

/** @param raw whatever getState() gave. @returns undefined when it is not ours. */
export function parseViewState(raw: unknown): ViewState | undefined {
  if (!isRecord(raw) || !isRecord(raw["selection"])) return undefined;
  const { anchor, focus, column } = raw["selection"];
  const { topOffset, px, scrollXPx, paneWidthPx, paneHeightPx } = raw;
  if (!isOffset(anchor) || !isOffset(focus) || !isOffset(topOffset)) return undefined;
  if (column !== "hex" && column !== "text") return undefined;
  if (!isLength(px) || !isLength(scrollXPx) || !isLength(paneWidthPx) || !isLength(paneHeightPx)) return undefined;
  // Kept since there is a tree.
  const { treeWidthPx = DEFAULT_PANE.treeWidthPx, treeHeightPx = DEFAULT_PANE.treeHeightPx } = raw;
  if (!isLength(treeWidthPx) || !isLength(treeHeightPx)) return undefined;
  const panes = { paneWidthPx, paneHeightPx, treeWidthPx, treeHeightPx };
  return { selection: { anchor, focus, column }, topOffset, px, scrollXPx, ...panes };
}

function isRecord(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === "object" && raw !== null;
}

function isOffset(raw: unknown): raw is number {
  return Number.isSafeInteger(raw) && (raw as number) >= 0;
}

function isLength(raw: unknown): raw is number {
  return typeof raw === "number" && Number.isFinite(raw) && raw >= 0;
}
