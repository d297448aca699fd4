// Searching, loaded with the first question of a find bar: what opening a file costs stays free of it.
import type * as vscode from "vscode";
import type { Finder } from "./finder";

export class LazyFinder implements vscode.Disposable {
  private loading: Promise<Finder> | undefined;
  /** Only once a bar has asked something. */
  loaded: Finder | undefined;

  constructor(private readonly load: () => Promise<Finder>) {}

  get(): Promise<Finder> {
    return (this.loading ??= this.load().then((finder) => (this.loaded = finder)));
  }

  dispose(): void {
    this.loaded?.dispose();
  }
}
