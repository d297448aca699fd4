// Waiting for what a person would see, however slow the machine is: asks again until it is so, or a minute has gone by.
import assert from "node:assert/strict";
import type { Frame, Page } from "playwright-core";

const LIMIT_MS = 60_000;
const POLL_MS = 50;

/** @param holds may reject while a page is being made anew */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  let problem: unknown;
  for (;;) {
    try {
      if (await holds()) return;
    } catch (error) {
      problem = error;
    }
    if (Date.now() > deadline)
      assert.fail(`waited ${LIMIT_MS} ms for ${what}${problem instanceof Error ? `: ${problem.message}` : ""}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

export async function untilText(read: () => Promise<string | null>, pattern: RegExp): Promise<string> {
  let text: string | null = null;
  await until(`${pattern}`, async () => pattern.test((text = await read()) ?? "")).catch(() => undefined);
  assert.match(text ?? "", pattern);
  return text ?? "";
}

/** The page that has such an element: which of them is the last one in the document is for VS Code to say. */
export async function frameWith(page: Page, selector: string): Promise<Frame> {
  let found: Frame | undefined;
  await until(`a page with ${selector}`, async () => {
    for (const frame of page.frames()) {
      const count = await frame
        .locator(selector)
        .count()
        .catch(() => 0);
      if (count > 0) found ??= frame;
    }
    return found !== undefined;
  });
  return found!;
}
