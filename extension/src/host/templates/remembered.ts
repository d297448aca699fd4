// The choices that a person made, by binary file, in the workspace's own storage. Knows names of templates, not templates.
import type * as vscode from "vscode";

const KEY = "terahex.templates";
const MAX_CHOICES = 500;

/** A template's name; null: none is wanted. */
type Choice = string | null;

export class Remembered {
  constructor(private readonly memento: vscode.Memento) {}

  /** undefined: the person has not chosen. */
  get(file: vscode.Uri): Choice | undefined {
    return this.all().find(([name]) => name === file.toString())?.[1];
  }

  /** @param choice undefined: forget it */
  async set(file: vscode.Uri, choice: Choice | undefined): Promise<void> {
    const others = this.all().filter(([name]) => name !== file.toString());
    const now: [string, Choice][] = choice === undefined ? others : [...others, [file.toString(), choice]];
    await this.memento.update(KEY, now.slice(-MAX_CHOICES));
  }

  private all(): [string, Choice][] {
    return this.memento.get<[string, Choice][]>(KEY, []);
  }
}
