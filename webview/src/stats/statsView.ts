// The page of statistics: figures, histogram, entropy along the range, pairs; the same as tables for who cannot see plots.
import type { ByteRange } from "../../../shared/byteRange";
import type { StatsOfRange } from "../../../shared/measureProtocol";
import { barHeights, bucketRange, byteName, figures, hex, percent, zoomedIn, zoomedOut } from "./statsModel";
import { PlotView } from "./plotView";

export interface StatsHandlers {
  /** The bytes are to be selected in the editor. */
  select(range: ByteRange): void;
  /** Figures of this range are wanted. */
  measure(range: ByteRange): void;
}

const PLOT_PX = 160;
const SQUARE_PX = 320;

export class StatsView {
  readonly element = document.createElement("main");
  readonly #title = document.createElement("h1");
  readonly #status = document.createElement("p");
  readonly #figures = document.createElement("dl");
  readonly #histogram = new PlotView("Histogram", "histogram");
  readonly #entropy = new PlotView("Entropy along the range", "entropy");
  readonly #pairs = new PlotView("Pairs of neighbours", "pairs");
  readonly #table = document.createElement("details");
  readonly #out: HTMLButtonElement;
  #stats: StatsOfRange | undefined;
  #logarithmic = true;
  #whole: ByteRange = { start: 0, end: 0 };

  constructor(private readonly handlers: StatsHandlers) {
    this.element.className = "stats";
    this.#status.className = "stats-status";
    this.#status.setAttribute("role", "status");
    const bar = document.createElement("div");
    bar.className = "stats-bar";
    const button = (text: string, press: () => void): HTMLButtonElement => {
      const made = document.createElement("button");
      made.textContent = text;
      made.addEventListener("click", press);
      bar.append(made);
      return made;
    };
    this.#out = button("Whole Range", () => handlers.measure(this.#whole));
    button("Refresh", () => this.#stats !== undefined && handlers.measure(this.#stats));
    const scale = button("Linear", () => {
      this.#logarithmic = !this.#logarithmic;
      scale.textContent = this.#logarithmic ? "Linear" : "Logarithmic";
      this.#drawHistogram();
    });
    scale.title = "Scale of the histogram";
    const summary = document.createElement("summary");
    summary.textContent = "As a table";
    this.#table.append(summary);
    this.#table.addEventListener("toggle", () => this.#fillTable());
    const head = document.createElement("header");
    head.append(this.#title, bar);
    const { element: histogram } = this.#histogram;
    this.element.append(head, this.#status, this.#figures, histogram, this.#entropy.element, this.#pairs.element);
    this.element.append(this.#table);
  }

  begin(name: string, whole: ByteRange): void {
    this.#whole = whole;
    this.#title.textContent = name;
  }

  say(words: string): void {
    this.#status.textContent = words;
  }

  show(stats: StatsOfRange): void {
    this.#stats = stats;
    this.say(stats.stale ? "Edited while the bytes were counted." : "");
    this.#out.disabled = stats.start === this.#whole.start && stats.end === this.#whole.end;
    this.#figures.replaceChildren(
      ...figures(stats).map(({ name, value }) => {
        const group = document.createElement("div");
        const [term, text] = [document.createElement("dt"), document.createElement("dd")];
        term.textContent = name;
        text.textContent = value;
        group.append(term, text);
        return group;
      }),
    );
    this.#drawHistogram();
    this.#drawEntropy(stats);
    this.#drawPairs(stats);
    this.#fillTable();
  }

  restyle(): void {
    for (const plot of [this.#histogram, this.#entropy, this.#pairs]) plot.draw();
  }

  #drawHistogram(): void {
    const stats = this.#stats;
    if (stats === undefined) return;
    const heights = barHeights(stats.counts, this.#logarithmic);
    const total = Math.max(1, stats.end - stats.start);
    this.#histogram.show({
      title: "Histogram",
      columns: 256,
      rows: 1,
      heightPx: PLOT_PX,
      draw: (context, widthPx, heightPx, color) => {
        const stepPx = widthPx / 256;
        context.fillStyle = color("bar");
        heights.forEach((height, byte) => {
          const barPx = Math.max(height > 0 ? 1 : 0, height * heightPx);
          context.fillRect(byte * stepPx, heightPx - barPx, Math.max(1, stepPx - 0.75), barPx);
        });
      },
      describe: (byte) => {
        const count = stats.counts[byte] ?? 0;
        return `${byteName(byte)}: ${count.toLocaleString("en-US")} times, ${percent(count / total)}`;
      },
    });
  }

  #drawEntropy(stats: StatsOfRange): void {
    const { entropy } = stats;
    this.#entropy.show({
      title: "Entropy",
      columns: entropy.length,
      rows: 1,
      heightPx: PLOT_PX,
      draw: (context, widthPx, heightPx, color) => {
        context.fillStyle = color("grid");
        for (const bits of [2, 4, 6]) context.fillRect(0, heightPx - (bits / 8) * heightPx, widthPx, 1);
        const stepPx = widthPx / entropy.length;
        context.beginPath();
        context.moveTo(0, heightPx);
        entropy.forEach((bits, at) => {
          const yPx = heightPx - (bits / 8) * heightPx;
          context.lineTo(at * stepPx, yPx);
          context.lineTo((at + 1) * stepPx, yPx);
        });
        context.lineTo(widthPx, heightPx);
        context.closePath();
        context.fillStyle = color("area");
        context.fill();
        context.strokeStyle = color("bar");
        context.stroke();
      },
      describe: (bucket) => {
        const { start, end } = bucketRange(stats, bucket);
        return `${hex(start)} – ${hex(end - 1)}: ${(entropy[bucket] ?? 0).toFixed(3)} bits of 8 (Enter or click selects, + and - zoom)`;
      },
      choose: (bucket) => this.handlers.select(bucketRange(stats, bucket)),
      zoom: (bucket, direction) => {
        const range = direction > 0 ? zoomedIn(stats, bucketRange(stats, bucket).start) : zoomedOut(stats, this.#whole);
        if (range !== undefined) this.handlers.measure(range);
      },
    });
  }

  #drawPairs({ pairs, pairBytes, start, end }: StatsOfRange): void {
    const bright = new Uint8Array(pairs);
    const samples = pairBytes < end - start ? `, from samples of ${pairBytes.toLocaleString("en-US")} bytes` : "";
    this.#pairs.show({
      title: "Pairs",
      columns: 256,
      rows: 256,
      heightPx: SQUARE_PX,
      draw: (context, widthPx, heightPx, color) => {
        context.imageSmoothingEnabled = false;
        context.drawImage(pairsPicture(bright, color("bar")), 0, 0, widthPx, heightPx);
      },
      describe: (at) => {
        const value = bright[at] ?? 0;
        const often = value === 0 ? "never" : `${Math.round((value / 255) * 100)} % of the most frequent, by logarithm`;
        return `${byteName(Math.floor(at / 256))} then ${byteName(at % 256)}: ${often}${samples}`;
      },
    });
  }

  #fillTable(): void {
    const stats = this.#stats;
    this.#table.querySelector("table")?.remove();
    if (stats === undefined || !this.#table.open) return;
    const table = document.createElement("table");
    const line = (name: "th" | "td", ...texts: string[]): HTMLElement => {
      const row = document.createElement("tr");
      row.append(
        ...texts.map((text) => {
          const cell = document.createElement(name);
          cell.textContent = text;
          return cell;
        }),
      );
      return row;
    };
    const total = Math.max(1, stats.end - stats.start);
    table.append(line("th", "Byte", "Count", "Share"));
    stats.counts.forEach((count, byte) => {
      if (count > 0) table.append(line("td", byteName(byte), count.toLocaleString("en-US"), percent(count / total)));
    });
    this.#table.append(table);
  }
}

/** 256 x 256 pixels of one colour, the more opaque the more frequent a pair is. */
function pairsPicture(bright: Uint8Array, color: string): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 256;
  const context = canvas.getContext("2d");
  if (context === null) return canvas;
  context.fillStyle = color;
  context.fillRect(0, 0, 256, 256);
  const picture = context.getImageData(0, 0, 256, 256);
  bright.forEach((value, at) => (picture.data[4 * at + 3] = value === 0 ? 0 : 40 + (215 * value) / 255));
  context.putImageData(picture, 0, 0);
  return canvas;
}
