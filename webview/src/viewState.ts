// What a view keeps of itself across being hidden or reloaded: VS Code throws a hidden webview away and makes a new one.
// Offsets, not rows: the width may be another one then.
import type { Selection } from "../../shared/protocol";

export interface ViewState {
  readonly selection: Selection;
  /** First byte of the topmost row. */
  readonly topOffset: number;
  readonly px: number;
  readonly scrollXPx: number;
  readonly paneWidthPx: number;
  readonly paneHeightPx: number;
}

export const DEFAULT_PANE = { paneWidthPx: 360, paneHeightPx: 260 } as const;

/** @param raw whatever getState() gave. @returns undefined when it is not ours. */
export function parseViewState(raw: unknown): ViewState | undefined {
  if (!isRecord(raw) || !isRecord(raw["selection"])) return undefined;
  const { anchor, focus, column } = raw["selection"];
  const { topOffset, px, scrollXPx, paneWidthPx, paneHeightPx } = raw;
  if (!isOffset(anchor) || !isOffset(focus) || !isOffset(topOffset)) return undefined;
  if (column !== "hex" && column !== "text") return undefined;
  if (!isLength(px) || !isLength(scrollXPx) || !isLength(paneWidthPx) || !isLength(paneHeightPx)) return undefined;
  return { selection: { anchor, focus, column }, topOffset, px, scrollXPx, paneWidthPx, paneHeightPx };
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
