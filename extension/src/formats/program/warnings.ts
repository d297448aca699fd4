// What is wrong with a file, each defect with the offset where it stands. Bounded, so that a file made of defects cannot fill
// the memory. Pure.

export interface ProgramWarning {
  /** In the file. */
  readonly offset: number;
  readonly message: string;
}

/** More than anybody reads. */
const MAX_WARNINGS = 500;

export class Warnings {
  private readonly found: ProgramWarning[] = [];
  private readonly seen = new Set<string>();

  /** @param size of the file: what is wrong with a field behind its end stands where it ends */
  constructor(private readonly size: number) {}

  get list(): readonly ProgramWarning[] {
    return this.found;
  }

  add(place: number, message: string): void {
    const offset = Math.min(place, this.size);
    const key = `${offset} ${message}`;
    if (this.found.length >= MAX_WARNINGS || this.seen.has(key)) return;
    this.seen.add(key);
    this.found.push({ offset, message });
  }
}

/** 0x1F0, as the hex view writes it. */
export const hex = (value: number | bigint): string => `0x${value.toString(16).toUpperCase()}`;
