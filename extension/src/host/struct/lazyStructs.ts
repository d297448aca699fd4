// The struct view's host side, loaded with the first question of a tree: what opening a file costs stays free of it.
import type * as vscode from "vscode";
import type { Structs } from "./structs";

export class LazyStructs implements vscode.Disposable {
  private loading: Promise<Structs> | undefined;
  /** Only once a tree has asked something. */
  loaded: Structs | undefined;

  constructor(private readonly load: () => Promise<Structs>) {}

  get(): Promise<Structs> {
    return (this.loading ??= this.load().then((structs) => (this.loaded = structs)));
  }

  dispose(): void {
    this.loaded?.dispose();
  }
}
