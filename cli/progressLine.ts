// Progress of a long call: one line on standard error, rewritten in place, only when that is a terminal.
import { formatByteCount } from "../shared/formatNumber";

export class ProgressLine {
  private shown = false;

  constructor(
    private readonly label: string,
    private readonly stream: NodeJS.WriteStream = process.stderr,
  ) {}

  /** Bytes. */
  update(done: number, total: number): void {
    if (!this.stream.isTTY) return;
    const share = total > 0 ? `${Math.floor((done / total) * 100)}%, ` : "";
    this.stream.write(`\r\x1b[K${this.label}: ${share}${formatByteCount(done)} of ${formatByteCount(total)}`);
    this.shown = true;
  }

  clear(): void {
    if (this.shown) this.stream.write("\r\x1b[K");
    this.shown = false;
  }
}
