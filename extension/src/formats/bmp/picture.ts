// One bitmap over any source of bytes: what its headers say, and any region of it at any reduction.
// Of one version of the source. Thread rule: works on the calling thread; slices long work for whoever wants to go on.
import type { RawPixels } from "../../../../shared/rawPixels";
import type { ByteSource } from "../../engine/byteSource";
import { EngineError } from "../../engine/engineError";
import { ColorSampler } from "./colorSampler";
import { CodedSampler } from "./codedSampler";
import { HuffmanWalk } from "./huffmanWalk";
import type { BmpDefect, BmpLayout } from "./model";
import { PlainSampler } from "./plainSampler";
import { rawLayout } from "./raw";
import { RowReducer } from "./reduce";
import { RleWalk } from "./rleWalk";
import { MAX_SAMPLES, type SampleGrid, type Sampler } from "./sampler";
import { surveyBmp } from "./survey";

export interface RegionRequest {
  readonly x: number;
  readonly y: number;
  /** Of the picture's pixels; cut to the picture. */
  readonly width: number;
  readonly height: number;
  /** Pixels of the picture to one of the answer, in each direction; a whole number. */
  readonly step: number;
  /** Samples that a pixel of the answer is the mean of, in each direction: 1 takes the nearest, `step` the whole box. */
  readonly samples: number;
}

export interface Region {
  readonly width: number;
  readonly height: number;
  /** Colours as palette.ts packs them: the bytes are red, green, blue, alpha, not multiplied. */
  readonly pixels: Uint32Array<ArrayBuffer>;
}

/** Of one answer. */
const MAX_REGION_PIXELS = 16 * MAX_SAMPLES;

export class BmpPicture {
  private readonly sampler: Sampler | undefined;
  private readonly indexed: CodedSampler | undefined;

  private constructor(
    source: ByteSource,
    readonly layout: BmpLayout,
    /** Of the source when the headers were read. */
    readonly version: number,
    colors?: Uint32Array,
  ) {
    const { coding, width, height } = layout;
    if (colors !== undefined) this.sampler = new ColorSampler(width, colors);
    else if (coding.kind === "rle") {
      this.sampler = this.indexed = new CodedSampler(layout, (at) => new RleWalk(source, coding.bits, at, height));
    } else if (coding.kind === "huffman") {
      this.sampler = this.indexed = new CodedSampler(layout, (at) => new HuffmanWalk(source, at, width, height));
    } else if (coding.kind !== "embedded") this.sampler = new PlainSampler(source, layout);
  }

  /** Reads the headers only. @throws EngineError "corrupt", "unsupported", with an offset. */
  static open(source: ByteSource): BmpPicture {
    return new BmpPicture(source, surveyBmp(source), source.version);
  }

  /** Takes the bytes as pixels, whatever they are. */
  static ofBytes(source: ByteSource, raw: RawPixels): BmpPicture {
    return new BmpPicture(source, rawLayout(raw, source.size), source.version);
  }

  /** Of one whose pixels are a file of another format: as `decoded` has them, which counts above its headers. */
  static ofDecoded(source: ByteSource, { layout, version }: BmpPicture, decoded: Region): BmpPicture {
    const { width, height, pixels } = decoded;
    return new BmpPicture(source, { ...layout, width, height }, version, pixels);
  }

  /** Of the headers, and of the pixels as far as they have been walked. */
  get defects(): readonly BmpDefect[] {
    const found = this.indexed?.defect;
    return found === undefined ? this.layout.defects : [...this.layout.defects, found];
  }

  /** Bytes belong to pixels one to one. */
  get plain(): boolean {
    return this.sampler !== undefined && this.indexed === undefined;
  }

  /** 0 to 1: how much of a compressed picture has been walked. */
  get indexedPart(): number {
    return this.indexed === undefined ? 1 : this.indexed.rowsIndexed / this.layout.height;
  }

  /** Works towards region() until `deadline` (of performance.now()). True: region() answers at once. */
  prepare(request: RegionRequest, deadline: number): boolean {
    const { x, y, width, height } = this.cut(request);
    if (this.indexed === undefined || width === 0 || height === 0) return true;
    return this.indexed.prepare({ x, y, columns: width, rows: height, step: 1 }, deadline);
  }

  /** Pixels that the file does not have are transparent.
   *  @throws EngineError "unsupported": the picture is another file within the file; "too-large". */
  region(request: RegionRequest): Region {
    const { sampler } = this;
    if (sampler === undefined) throw new EngineError("unsupported", "the picture is a whole file of another format");
    const { x, y, width, height } = this.cut(request);
    const { step } = request;
    const columns = Math.ceil(width / step);
    const rows = Math.ceil(height / step);
    if (columns * rows > MAX_REGION_PIXELS) {
      throw new EngineError("too-large", `${columns} x ${rows} pixels are too many for one answer`);
    }
    const pixels = new Uint32Array(columns * rows);
    const side = request.samples > 1 && step % request.samples === 0 ? request.samples : 1;
    if (side > 1) boxes(sampler, { x, y, width, height }, step, side, pixels);
    else {
      // From the middles, but never from behind the narrower last column or row.
      const middle = (length: number) => Math.floor((Math.min(step, ((length - 1) % step) + 1) - 1) / 2);
      nearest(sampler, { x: x + middle(width), y: y + middle(height), columns, rows, step }, pixels);
    }
    return { width: columns, height: rows, pixels };
  }

  private cut({ x, y, width, height }: RegionRequest): Area {
    const left = Math.min(Math.max(0, x), this.layout.width);
    const top = Math.min(Math.max(0, y), this.layout.height);
    return {
      x: left,
      y: top,
      width: Math.max(0, Math.min(x + width, this.layout.width) - left),
      height: Math.max(0, Math.min(y + height, this.layout.height) - top),
    };
  }
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function nearest(sampler: Sampler, grid: SampleGrid, pixels: Uint32Array): void {
  const { columns, rows, step } = grid;
  if (pixels.length === 0) return;
  const wide = Math.min(columns, MAX_SAMPLES);
  const high = Math.max(1, Math.floor(MAX_SAMPLES / wide));
  for (let row = 0; row < rows; row += high) {
    for (let column = 0; column < columns; column += wide) {
      const part = {
        x: grid.x + column * step,
        y: grid.y + row * step,
        columns: Math.min(wide, columns - column),
        rows: Math.min(high, rows - row),
        step,
      };
      // Either whole rows or a part of one: both stand together in the answer.
      const at = row * columns + column;
      sampler.sample(part, pixels.subarray(at, at + part.columns * part.rows));
    }
  }
}

/** @param side samples of each box's side; divides `step`. */
function boxes(sampler: Sampler, area: Area, step: number, side: number, pixels: Uint32Array): void {
  const columns = Math.ceil(area.width / step);
  const rows = Math.ceil(area.height / step);
  const apart = step / side;
  const wide = Math.max(1, Math.min(columns, Math.floor(MAX_SAMPLES / (side * side))));
  // Many rows with one question: asking costs more than the bytes of a row.
  const high = Math.max(1, Math.min(rows, Math.floor(MAX_SAMPLES / (wide * side * side))));
  const reducer = new RowReducer(wide, side);
  const samples = new Uint32Array(wide * side * side * high);
  for (let row = 0; row < rows; row += high) {
    for (let column = 0; column < columns; column += wide) {
      const x = area.x + column * step;
      const y = area.y + row * step;
      const grid = {
        x,
        y,
        columns: Math.min(wide * side, Math.ceil((area.x + area.width - x) / apart)),
        rows: Math.min(high * side, Math.ceil((area.y + area.height - y) / apart)),
        step: apart,
      };
      sampler.sample(grid, samples);
      for (let line = 0; line < grid.rows; line += 1) {
        reducer.add(samples.subarray(line * grid.columns, (line + 1) * grid.columns));
        if ((line + 1) % side !== 0 && line + 1 < grid.rows) continue;
        const start = (row + Math.floor(line / side)) * columns;
        reducer.finish(pixels.subarray(start + column, start + Math.min(columns, column + wide)));
      }
    }
  }
}
