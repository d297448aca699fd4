// The bar above a comparison: how many differences, where one is, the way to the next, and what can be done with it. Only shows and
// reports.
import downIcon from "@vscode/codicons/src/icons/arrow-down.svg";
import leftIcon from "@vscode/codicons/src/icons/arrow-left.svg";
import rightIcon from "@vscode/codicons/src/icons/arrow-right.svg";
import upIcon from "@vscode/codicons/src/icons/arrow-up.svg";
import refreshIcon from "@vscode/codicons/src/icons/refresh.svg";
import stopIcon from "@vscode/codicons/src/icons/stop-circle.svg";

export type BarCommand = "previous" | "next" | "toLeft" | "toRight" | "again" | "stop";

export interface BarState {
  readonly summary: string;
  readonly alert: boolean;
  /** 0 to 1 while it runs. */
  readonly progress: number | undefined;
  readonly enabled: Readonly<Record<BarCommand, boolean>>;
  /** Why nothing can be applied there. */
  readonly fixed: { readonly toLeft?: string | undefined; readonly toRight?: string | undefined };
}

const BUTTONS: readonly (readonly [BarCommand, string, string])[] = [
  ["previous", upIcon, "Previous Difference (Shift+F7)"],
  ["next", downIcon, "Next Difference (F7)"],
  ["toLeft", leftIcon, "Copy to the Left (Alt+Left)"],
  ["toRight", rightIcon, "Copy to the Right (Alt+Right)"],
  ["again", refreshIcon, "Compare Again"],
  ["stop", stopIcon, "Stop (Escape)"],
];

export class CompareBarView {
  readonly element = document.createElement("div");
  readonly #summary = document.createElement("span");
  readonly #progress = document.createElement("div");
  readonly #buttons = new Map<BarCommand, HTMLButtonElement>();

  constructor(run: (command: BarCommand) => void) {
    this.element.className = "compare-bar";
    this.element.setAttribute("role", "toolbar");
    this.element.setAttribute("aria-label", "Differences");
    this.#summary.className = "compare-summary";
    this.#summary.setAttribute("role", "status");
    this.#progress.className = "compare-progress";
    this.#progress.setAttribute("role", "progressbar");
    this.#progress.setAttribute("aria-label", "Comparing");
    for (const [command, icon, title] of BUTTONS) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "compare-button";
      button.dataset["command"] = command;
      button.title = title;
      button.setAttribute("aria-label", title);
      // Of the bundle, never of a file.
      button.innerHTML = icon;
      button.addEventListener("click", () => run(command));
      this.#buttons.set(command, button);
      this.element.append(button);
    }
    this.element.append(this.#summary, this.#progress);
  }

  draw({ summary, alert, progress, enabled, fixed }: BarState): void {
    if (this.#summary.textContent !== summary) this.#summary.textContent = summary;
    this.#summary.classList.toggle("alert", alert);
    this.#progress.hidden = progress === undefined;
    const percent = Math.round((progress ?? 0) * 100);
    this.#progress.setAttribute("aria-valuenow", String(percent));
    this.#progress.style.setProperty("--part", `${percent}%`);
    for (const [command, , title] of BUTTONS) {
      const button = this.#buttons.get(command)!;
      button.disabled = !enabled[command];
      const reason = command === "toLeft" || command === "toRight" ? fixed[command] : undefined;
      button.title = reason === undefined ? title : `${title}: ${reason}`;
    }
    this.#buttons.get("stop")!.hidden = progress === undefined;
    this.#buttons.get("again")!.hidden = progress !== undefined;
  }
}
