// Which pages to ask for next, given what is in view and where one is scrolling to. Pure arithmetic on page numbers.

/** Half-open range of page numbers. */
export interface PageSpan {
  readonly from: number;
  readonly to: number;
}

export interface Sight {
  /** Pages that have a byte in view. */
  readonly visible: PageSpan;
  /** Pages of the document. */
  readonly pages: number;
  /** Rows are moving down (1), up (-1), or one has just arrived (0). */
  readonly direction: -1 | 0 | 1;
}

/** 64 KiB: a message of that size still takes only a few milliseconds. */
export const AHEAD_PAGES = 16;
const AROUND_PAGES = 2;
/** Asking for less than this ahead is not worth a message. */
const AHEAD_STEP_PAGES = 4;

/** What may be asked for and need not be cancelled. */
export function wantedSpan(sight: Sight): PageSpan {
  const { visible, pages, direction } = sight;
  const before = direction < 0 ? AHEAD_PAGES : AROUND_PAGES;
  const behind = direction > 0 ? AHEAD_PAGES : AROUND_PAGES;
  return { from: Math.max(0, visible.from - before), to: Math.min(pages, visible.to + behind) };
}

/** Windows to ask for now, the visible ones first. `has`: loaded or on its way. */
export function planFetches(sight: Sight, has: (page: number) => boolean): PageSpan[] {
  const wanted = wantedSpan(sight);
  const missing = runsOf(sight.visible.from, Math.min(sight.visible.to, sight.pages), has);
  // After a jump nobody knows what is next: what is around would only hold up what is looked at.
  if (sight.direction === 0 && missing.length > 0) return missing;
  const below = runsOf(sight.visible.to, wanted.to, has);
  const above = runsOf(wanted.from, sight.visible.from, has);
  const ahead = sight.direction < 0 ? [...above.reverse(), ...below] : [...below, ...above.reverse()];
  const whole = (span: PageSpan): boolean =>
    span.to - span.from >= AHEAD_STEP_PAGES || span.to === sight.pages || span.from === 0 || sight.direction === 0;
  return [...missing, ...ahead.filter(whole)];
}

/** Neighbouring pages become one request, of at most AHEAD_PAGES. */
function runsOf(from: number, to: number, has: (page: number) => boolean): PageSpan[] {
  const runs: PageSpan[] = [];
  for (let page = from; page < to; page++) {
    if (has(page)) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.to === page && last.to - last.from < AHEAD_PAGES) {
      runs[runs.length - 1] = { from: last.from, to: page + 1 };
    } else {
      runs.push({ from: page, to: page + 1 });
    }
  }
  return runs;
}
