// Where a person sits: a folder with files, a VS Code server with the checkout's extension, a browser with one window. Made
// before the tests of a describe and gone behind them; screenshots land in out/ui-NAME, one of each failed test among them.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium } from "../../../scripts/lib/chromium.mjs";
import { hosts } from "../../../scripts/lib/hosts.mjs";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { openWorkbench, startServer, type Server } from "../../../scripts/lib/workbench.mjs";

/** Menus and boxes of VS Code fade in. */
const FADE_MS = 400;

/** Each kind of theme, by the name of its screenshots. */
export const themes = {
  dark: "Dark Modern",
  light: "Light Modern",
  "high-contrast": "Dark High Contrast",
  "high-contrast-light": "Light High Contrast",
};

export interface DeskOptions {
  readonly name: string;
  /** Puts files into the folder. */
  readonly prepare: (folder: string) => void;
  /** Besides that *.bin opens in Terahex. */
  readonly settings?: Record<string, unknown>;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly clipboard?: boolean;
}

export class Desk {
  readonly folder: string;
  readonly out: string;
  server!: Server;
  browser!: Browser;
  context!: BrowserContext;
  page!: Page;

  constructor(private readonly options: DeskOptions) {
    // VS Code names files by their real path.
    this.folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), `terahex-ui-${options.name}-`)));
    this.out = inRoot(`out/ui-${options.name}`);
  }

  readonly file = (name: string): string => path.join(this.folder, name);

  async open(): Promise<void> {
    this.options.prepare(this.folder);
    await this.startServer(false);
    this.browser = await launchChromium();
    await this.openWindow();
  }

  /** @param keepData what VS Code stored before stays */
  async startServer(keepData: boolean): Promise<void> {
    this.server = await startServer({
      host: hosts.current,
      dataFolder: this.out,
      keepData,
      extension: "checkout",
      settings: { "workbench.editorAssociations": { "*.bin": "terahex.editor" }, ...this.options.settings },
    });
  }

  /** In place of the one before, which the caller closed. */
  async openWindow(): Promise<void> {
    this.context = await this.browser.newContext({ viewport: this.options.viewport ?? { width: 1280, height: 800 } });
    const permissions = this.options.clipboard === true ? ["clipboard-read", "clipboard-write"] : [];
    await this.context.grantPermissions(permissions, { origin: this.server.url });
    this.page = await openWorkbench(this.context, this.server, this.folder);
  }

  readonly shot = async (name: string): Promise<void> => {
    await this.page.waitForTimeout(FADE_MS);
    await this.page.screenshot({ path: path.join(this.out, `${name.replace(/\W+/g, "-")}.png`) });
  };

  /** @param theme as VS Code's list of themes names it */
  async setTheme(theme: string): Promise<void> {
    const row = (text: string) => this.page.locator(".quick-input-list .monaco-list-row", { hasText: text });
    await this.page.keyboard.press("Control+k");
    await this.page.keyboard.press("Control+t");
    await row("Light").first().waitFor();
    await this.page.locator(".quick-input-widget input").fill(theme);
    await row(theme).and(this.page.locator(".focused")).waitFor();
    await this.page.keyboard.press("Enter");
  }

  async close(): Promise<void> {
    await this.browser?.close();
    await this.server?.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Of the describe that calls it. */
export function useDesk(options: DeskOptions): Desk {
  const desk = new Desk(options);
  before(() => desk.open());
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await desk.shot(`failed-${this.currentTest.title.slice(0, 30)}`);
  });
  after(() => desk.close());
  return desk;
}
