// The sections view's host side, loaded with the first question: what opening a file costs stays free of it.
import type { Sections } from "./sections";

export class LazySections {
  private loading: Promise<Sections> | undefined;

  constructor(private readonly load: () => Promise<Sections>) {}

  get(): Promise<Sections> {
    return (this.loading ??= this.load());
  }
}
