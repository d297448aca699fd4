// Opens the real webview bundle in headless Chromium against a fake host, and reads the page as a person would see it.
import { existsSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import type { FakeHostOptions } from "./fakeHost";
import { THEMES } from "./themes";
import type { ThemeName } from "./themes";

const ROOT = path.resolve(__dirname, "../../..");
const ORIGIN = "https://webview.test";
const NONCE = "dGVyYWhleA==";

export interface ViewOptions extends FakeHostOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** Which of the two pages. */
  readonly page?: "struct" | "compare" | "stats" | "sections";
}

let browser: Browser | undefined;
let files: Promise<Map<string, string>> | undefined;

export async function launch(): Promise<Browser> {
  const folder = process.env["TERAHEX_CHROMIUM"] ?? path.join(ROOT, ".vscode-test/host/chromium");
  const executablePath = path.join(folder, "chromium");
  if (!existsSync(executablePath))
    throw new Error(`no Chromium at ${executablePath}: run npm test, or set TERAHEX_CHROMIUM`);
  // One that has crashed is not to fail the tests behind.
  if (browser?.isConnected() === false) browser = undefined;
  browser ??= await chromium.launch({
    executablePath,
    env: {
      ...(process.env as Record<string, string>),
      LD_LIBRARY_PATH: path.join(folder, "lib"),
      FONTCONFIG_FILE: path.join(folder, "fonts.conf"),
    },
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run"],
  });
  return browser;
}

export async function closeBrowser(): Promise<void> {
  await browser?.close();
  browser = undefined;
}

export class View {
  constructor(
    readonly page: Page,
    readonly errors: string[],
  ) {}

  /** Until every cell in view shows a byte, and the page is at rest. */
  async settled(): Promise<void> {
    await this.rest();
    await this.page.waitForFunction(
      () =>
        document.querySelector(".cell[data-offset]") !== null &&
        document.querySelector(".row:not([hidden]) .cell.unloaded") === null,
    );
    await this.rest();
  }

  /** Until whatever has been done is answered and drawn: no message is under way, and two frames bring no other.
   *  @param timersMs timers of the page that were started before and take so long have fired by then, however late they are */
  async rest(timersMs = 0): Promise<void> {
    await this.page.evaluate(async (delayMs) => {
      if (delayMs > 0) await new Promise((fired) => setTimeout(fired, delayMs));
      const { fakeHost } = window;
      let { heard } = fakeHost;
      for (let quiet = 0; quiet < 2; heard = fakeHost.heard) {
        await new Promise((next) => requestAnimationFrame(next));
        quiet = fakeHost.underWay === 0 && fakeHost.heard === heard ? quiet + 1 : 0;
      }
    }, timersMs);
  }

  async frames(count: number): Promise<void> {
    await this.page.evaluate(async (frames) => {
      for (let frame = 0; frame < frames; frame++) await new Promise((next) => requestAnimationFrame(next));
    }, count);
  }

  /** The text of a cell, undefined when no cell shows that offset. */
  async cell(offset: number, column: "hex" | "text" = "hex"): Promise<string | undefined> {
    return this.page.evaluate(
      ([at, name]) =>
        document.querySelector(`.cell[data-offset="${at}"][data-column="${name}"]`)?.textContent ?? undefined,
      [String(offset), column] as const,
    );
  }

  async classes(offset: number, column: "hex" | "text" = "hex"): Promise<string[]> {
    const name = await this.page.getAttribute(`.cell[data-offset="${offset}"][data-column="${column}"]`, "class");
    return (name ?? "").split(" ");
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
    await this.rest();
  }

  /** The selection that the host was told last. */
  async selection(): Promise<{ anchor: number; focus: number; column: string } | undefined> {
    await this.rest();
    return this.page.evaluate(() => {
      const told = window.fakeHost.log.flatMap((message) =>
        message.kind === "notice" && message.body.type === "selectionChanged" ? [message.body.selection] : [],
      );
      return told.at(-1);
    });
  }

  async box(offset: number, column: "hex" | "text" = "hex"): Promise<{ x: number; y: number }> {
    const box = await this.page.locator(`.cell[data-offset="${offset}"][data-column="${column}"]`).boundingBox();
    if (box === null) throw new Error(`no cell shows ${offset}`);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  async close(): Promise<void> {
    await this.page.context().close();
    if (this.errors.length > 0) throw new Error(`the page complained: ${this.errors.join("; ")}`);
  }
}

export async function openView(options: ViewOptions): Promise<View> {
  const { theme = "dark", width = 1180, height = 640, page: which, ...fake } = options;
  files ??= bundle();
  const served = await files;
  const context = await (await launch()).newContext({ viewport: { width, height } });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.route(`${ORIGIN}/**`, async (route) => {
    const name = new URL(route.request().url()).pathname;
    const body = name === "/" ? html(theme, which) : served.get(name);
    const contentType = name.endsWith(".css") ? "text/css" : name.endsWith(".js") ? "text/javascript" : "text/html";
    await route.fulfill(body === undefined ? { status: 404 } : { body, contentType });
  });
  await page.addInitScript((settings) => {
    window.fakeHostOptions = settings;
  }, fake);
  // tsx names the functions that tests send to the page through this helper.
  await page.addInitScript({ content: "globalThis.__name = (named) => named;" });
  await page.addInitScript({ content: served.get("/fakeHost.js") ?? "" });
  await page.goto(`${ORIGIN}/`);
  return new View(page, errors);
}

/** As the host's page, with the policy that it sets; the theme stands where VS Code puts it. */
function html(theme: ThemeName, page: string | undefined): string {
  const { kind, variables } = THEMES[theme];
  const pictures = page === "sections" ? "; img-src blob:" : "";
  const policy = `default-src 'none'; script-src 'nonce-${NONCE}'; style-src 'nonce-${NONCE}'${pictures}`;
  const declarations = Object.entries(variables).map(([name, value]) => `--vscode-${name}: ${value};`);
  return `<!DOCTYPE html><html lang="en"${page === undefined ? "" : ` data-page="${page}"`}><head><meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <style nonce="${NONCE}">html { ${declarations.join(" ")} } body { padding: 0 20px; }</style>
    <link rel="stylesheet" nonce="${NONCE}" href="/main.css">
    <script type="module" nonce="${NONCE}" src="/main.js"></script>
    </head><body class="${kind}"></body></html>`;
}

async function bundle(): Promise<Map<string, string>> {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: { main: "webview/src/main.ts" },
    loader: { ".svg": "text" },
    bundle: true,
    format: "esm",
    outdir: "out",
    write: false,
  });
  const fake = await build({
    absWorkingDir: ROOT,
    entryPoints: { fakeHost: "test/webview/harness/fakeHost.ts" },
    bundle: true,
    format: "iife",
    outdir: "out",
    write: false,
  });
  return new Map(
    [...result.outputFiles, ...fake.outputFiles].map((file) => [`/${path.basename(file.path)}`, file.text]),
  );
}
