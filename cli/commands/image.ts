// `terahex image`: decodes a bitmap, or a region of it, into a PNG file. Reads and holds no more than what it writes needs.
import fs from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import { EngineDocument } from "../../extension/src/engine/document";
import { EngineError, fromFsError } from "../../extension/src/engine/engineError";
import { BmpPicture } from "../../extension/src/formats/bmp/picture";
import type { CliContext } from "../context";
import { UsageError } from "../failure";
import { PngWriter } from "../pngWriter";
import { lengthOption } from "../offsets";

interface ImageOptions {
  readonly output: string;
  readonly region?: string;
  readonly maxSize?: string;
  readonly json?: true;
}
interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Of a PNG; a gigabyte of colours. */
const MAX_PIXELS = 2 ** 28;
const STRIP_PIXELS = 2 ** 20;
/** Reduced by more than this, a pixel is the mean of so many samples in each direction, evenly spread, not of all. */
const MAX_SAMPLES = 16;

export function addImage(program: Command, context: CliContext): void {
  program
    .command("image")
    .description("decode a BMP, or a region of it, into a PNG")
    .argument("<file>")
    .requiredOption("-o, --output <png>", "the file to write")
    .option("--region <x,y,w,h>", "only these pixels; 0,0 is the upper left")
    .option("--max-size <n>", "reduce to at most so many pixels in each direction")
    .option("--json", "one JSON document")
    .action(async (file: string, options: ImageOptions) => {
      const source = EngineDocument.open(file, { readOnly: true });
      try {
        await writeImage(source, file, options, context);
      } finally {
        source.close();
      }
    });
}

async function writeImage(source: EngineDocument, file: string, options: ImageOptions, context: CliContext) {
  const picture = await openPicture(source, file);
  const { layout } = picture;
  const area = options.region === undefined ? wholeOf(layout) : regionOf(options.region, layout);
  const step = stepFor(area, lengthOption("--max-size", options.maxSize, Infinity));
  const size = { width: Math.ceil(area.width / step), height: Math.ceil(area.height / step) };
  if (layout.coding.kind === "embedded" && layout.coding.format === "png") {
    const { start, end } = layout.coding.range;
    if (options.region !== undefined || options.maxSize !== undefined) {
      const what = `the picture is a PNG file of ${end - start} bytes, which is written as it is, whole only`;
      throw new EngineError("unsupported", what, { offset: start, path: file });
    }
    await writeFile(options.output, file, (handle) => copyBytes(source, start, end, handle));
  } else {
    if (size.width * size.height > MAX_PIXELS) {
      throw new UsageError(`${size.width} x ${size.height} pixels are too many for a PNG: give --region or --max-size`);
    }
    await writeFile(options.output, file, (handle) => writePixels(picture, area, step, size, handle, context.signal));
  }
  for (const { message, offset } of picture.defects) {
    process.stderr.write(`terahex: ${file}: ${message} (at offset ${offset})\n`);
  }
  const defects = picture.defects.map(({ offset, message }) => ({ offset, message }));
  if (options.json) await context.output.write(`${JSON.stringify({ ...size, step, defects })}\n`);
}

async function openPicture(source: EngineDocument, path: string): Promise<BmpPicture> {
  try {
    const picture = BmpPicture.open(source);
    const { coding } = picture.layout;
    if (coding.kind !== "embedded" || coding.format !== "jpeg") return picture;
    const { jpegRegion } = await import("../jpegRegion");
    return BmpPicture.ofDecoded(source, picture, await jpegRegion(source, coding.range));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(error.code, error.message, { offset: error.offset, path, cause: error });
  }
}

const wholeOf = ({ width, height }: { width: number; height: number }): Area => ({ x: 0, y: 0, width, height });

function regionOf(text: string, within: { width: number; height: number }): Area {
  const parts = /^(\d+),(\d+),(\d+),(\d+)$/.exec(text.replace(/\s/g, ""))?.slice(1).map(Number);
  if (parts === undefined) throw new UsageError("--region: must be X,Y,W,H, four numbers of pixels");
  const [x, y, width, height] = parts as [number, number, number, number];
  const cut = {
    x,
    y,
    width: Math.min(width, within.width - x),
    height: Math.min(height, within.height - y),
  };
  if (cut.width <= 0 || cut.height <= 0) {
    throw new UsageError(`--region: nothing of it lies in the picture of ${within.width} x ${within.height} pixels`);
  }
  return cut;
}

/** Pixels of the picture to one of the PNG, in each direction. */
function stepFor({ width, height }: Area, maxSize: number): number {
  if (maxSize < 1) throw new UsageError("--max-size: must be at least 1");
  const step = Math.max(1, Math.ceil(Math.max(width, height) / maxSize));
  return step <= MAX_SAMPLES ? step : Math.ceil(step / MAX_SAMPLES) * MAX_SAMPLES;
}

async function writePixels(
  picture: BmpPicture,
  area: Area,
  step: number,
  size: { readonly width: number; readonly height: number },
  file: fs.FileHandle,
  signal: AbortSignal,
): Promise<void> {
  const png = new PngWriter(file, size.width, size.height);
  const rows = Math.max(1, Math.floor(STRIP_PIXELS / size.width));
  for (let row = 0; row < size.height; row += rows) {
    const y = area.y + row * step;
    const height = Math.min(rows * step, area.y + area.height - y);
    const request = { x: area.x, y, width: area.width, height, step, samples: Math.min(step, MAX_SAMPLES) };
    while (!picture.prepare(request, performance.now() + 100)) await pause(signal);
    await pause(signal);
    await png.add(picture.region(request).pixels);
  }
  await png.end();
}

/** Lets a Ctrl+C come through. */
async function pause(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal.aborted) throw new EngineError("cancelled", "Cancelled");
}

async function copyBytes(source: EngineDocument, start: number, end: number, file: fs.FileHandle): Promise<void> {
  const chunk = 1024 * 1024;
  for (let at = start; at < end; at += chunk) {
    await file.write(new Uint8Array((await source.read(at, Math.min(chunk, end - at))).bytes));
  }
}

/** Takes the name when all is written: a failure leaves what was there. */
async function writeFile(target: string, input: string, write: (file: fs.FileHandle) => Promise<void>): Promise<void> {
  const real = (name: string) => fs.realpath(name).catch(() => path.resolve(name));
  if ((await real(target)) === (await real(input)))
    throw new UsageError(`${target}: would overwrite the picture itself`);
  const beside = `${target}.${process.pid}.tmp`;
  try {
    const file = await fs.open(beside, "wx");
    try {
      await write(file);
      await file.close();
      await fs.rename(beside, target);
    } catch (error) {
      await file.close();
      await fs.unlink(beside);
      throw error;
    }
  } catch (error) {
    throw fromFsError(error, target);
  }
}
