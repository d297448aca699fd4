// What must not be missed, above the rows: troubles with the file on disk, and a host that no longer answers; and the short
// hint at the lower edge that says why a key did nothing. Texts only, never HTML.
import type { Trouble, TroubleAction } from "../../shared/protocol";

const ACTION_LABELS: Readonly<Record<TroubleAction, string>> = {
  keepMine: "Keep My Edits on Top",
  reload: "Take the File on Disk",
  compare: "Compare…",
  saveAs: "Save As…",
  dismiss: "Dismiss",
};
const HINT_MS = 5000;

export class BannerView {
  readonly element = document.createElement("div");
  readonly hint = document.createElement("div");
  readonly #trouble = makeBanner("warning");
  readonly #silence = makeBanner("error");
  readonly #failure = makeBanner("error");
  #shownTrouble = "";
  #hintTimer: number | undefined;

  constructor(private readonly act: (action: TroubleAction) => void) {
    this.element.className = "banners";
    this.element.append(this.#silence, this.#failure, this.#trouble);
    this.hint.className = "hint";
    this.hint.setAttribute("role", "status");
    this.hint.hidden = true;
    const reload = document.createElement("a");
    // VS Code itself runs it: the extension host is the one that does not answer.
    reload.href = "command:workbench.action.reloadWindow";
    reload.className = "button";
    reload.textContent = "Reload Window";
    this.#silence.append(
      text(
        "The extension host is not answering. What you see may be incomplete, and edits do not arrive. Your unsaved " +
          "edits are kept: run “Developer: Reload Window” from the Command Palette to get them back.",
      ),
      reload,
    );
  }

  showTrouble(trouble: Trouble | undefined): void {
    const key = trouble === undefined ? "" : JSON.stringify(trouble);
    if (key === this.#shownTrouble) return;
    this.#shownTrouble = key;
    this.#trouble.hidden = trouble === undefined;
    this.#trouble.replaceChildren();
    if (trouble === undefined) return;
    this.#trouble.append(text(trouble.message));
    for (const action of trouble.actions) {
      const button = document.createElement("button");
      button.className = "button";
      button.textContent = ACTION_LABELS[action];
      button.addEventListener("click", () => this.act(action));
      this.#trouble.append(button);
    }
  }

  showSilence(silent: boolean): void {
    this.#silence.hidden = !silent;
  }

  /** The document could not be opened at all. */
  showFailure(message: string): void {
    this.#failure.hidden = false;
    this.#failure.replaceChildren(text(message));
  }

  showHint(message: string): void {
    this.hint.hidden = false;
    this.hint.textContent = message;
    clearTimeout(this.#hintTimer);
    this.#hintTimer = window.setTimeout(() => {
      this.hint.hidden = true;
      this.hint.textContent = "";
    }, HINT_MS);
  }
}

function makeBanner(kind: "warning" | "error"): HTMLElement {
  const element = document.createElement("div");
  element.className = `banner ${kind}`;
  element.setAttribute("role", "alert");
  element.hidden = true;
  return element;
}

function text(content: string): HTMLElement {
  const element = document.createElement("span");
  element.className = "banner-text";
  element.textContent = content;
  return element;
}
