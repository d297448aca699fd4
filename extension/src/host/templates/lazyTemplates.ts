// The library of templates, opened when a tree or a command first asks for it: what opening a file costs stays free of it.
import type * as vscode from "vscode";
import type { Templates } from "./templates";

export class LazyTemplates implements vscode.Disposable {
  private loading: Promise<Templates> | undefined;

  constructor(private readonly load: () => Promise<Templates>) {}

  get(): Promise<Templates> {
    return (this.loading ??= this.load());
  }

  dispose(): void {
    void this.loading?.then(
      (templates) => templates.dispose(),
      () => undefined, // who asked for them was told
    );
  }
}
