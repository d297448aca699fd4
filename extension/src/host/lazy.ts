// A part of the extension that is loaded with its first use: what opening a file costs stays free of it.
import type * as vscode from "vscode";

export class Lazy<T extends vscode.Disposable> implements vscode.Disposable {
  private loading: Promise<T> | undefined;
  /** Only once it was used. */
  loaded: T | undefined;

  constructor(private readonly load: () => Promise<T>) {}

  get(): Promise<T> {
    return (this.loading ??= this.load().then((part) => (this.loaded = part)));
  }

  dispose(): void {
    this.loaded?.dispose();
  }
}
