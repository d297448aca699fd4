// Reads the headers of a bitmap, of whatever version and however wrong, and says what can be shown and what is not in order.
// Trusts the size of the file above all sizes that are written in it. Sources: see model.ts.
import type { ByteSource } from "../../engine/byteSource";
import { EngineError } from "../../engine/engineError";
import { HeaderBytes } from "./headerBytes";
import { defaultMasks, pixelMasks } from "./masks";
import { rowStride, type BmpCoding, type BmpDefect, type BmpLayout, type PixelMasks } from "./model";
import { readPalette } from "./palette";

const FILE_HEADER_BYTES = 14;
/** BITMAPV5HEADER, the longest; and masks behind a header of 40 bytes. */
const LONGEST_HEADER = 124;
/** OS/2 has "BA" before the first of several bitmaps, 14 bytes with its own sizes. */
const ARRAY_HEADER_BYTES = 14;
/** [MS-WMF] and GDI name these kinds and say no more of them; no program that writes them is known. */
const INKS_NOTE =
  "the order of printing inks is written down nowhere: taken as black, yellow, magenta, cyan, shown by plain arithmetic";
const HEADER_NAMES: ReadonlyMap<number, string> = new Map([
  [12, "BITMAPCOREHEADER"],
  [40, "BITMAPINFOHEADER"],
  [52, "BITMAPV2INFOHEADER"],
  [56, "BITMAPV3INFOHEADER"],
  [108, "BITMAPV4HEADER"],
  [124, "BITMAPV5HEADER"],
]);

/** @throws EngineError "corrupt" or "unsupported", with the offset of what says so. */
export function surveyBmp(source: ByteSource): BmpLayout {
  const signature = new HeaderBytes(source.readSync(0, 2).bytes, 0).ascii(0, 2);
  if (signature !== "BM" && signature !== "BA") {
    throw new EngineError("corrupt", 'not a bitmap: it does not begin with "BM"', { offset: 0 });
  }
  const base = signature === "BA" ? ARRAY_HEADER_BYTES : 0;
  const length = FILE_HEADER_BYTES + LONGEST_HEADER + 16;
  const bytes = new HeaderBytes(source.size > base ? source.readSync(base, length).bytes : new ArrayBuffer(0), base);
  if (base > 0 && bytes.ascii(0, 2) !== "BM") {
    throw new EngineError("unsupported", "an OS/2 array that does not begin with a bitmap", { offset: base });
  }
  return new Survey(source, bytes).layout();
}

class Survey {
  private readonly defects: BmpDefect[] = [];
  private readonly headerBytes: number;
  private readonly core: boolean;
  private readonly os2: boolean;

  constructor(
    private readonly source: ByteSource,
    private readonly bytes: HeaderBytes,
  ) {
    if (!bytes.has(FILE_HEADER_BYTES, 12)) {
      throw new EngineError("corrupt", "the file ends within its headers", { offset: source.size });
    }
    const stated = bytes.u32(FILE_HEADER_BYTES);
    this.headerBytes = this.usableHeaderBytes(stated);
    this.core = this.headerBytes === 12;
    this.os2 = this.headerBytes >= 16 && this.headerBytes <= 64 && !HEADER_NAMES.has(this.headerBytes);
    if (!bytes.has(FILE_HEADER_BYTES, Math.min(this.headerBytes, LONGEST_HEADER))) {
      this.defect(14, `the header should have ${this.headerBytes} bytes; the file ends within it`);
    }
  }

  layout(): BmpLayout {
    const { width, height, topDown } = this.dimensions();
    this.checkPlanes();
    const { bitsPerPixel, coding: early } = this.coding();
    const header = { start: this.at(14), end: this.at(14) + this.headerBytes };
    const afterHeader = Math.min(header.end + this.masksBehind(), this.source.size);
    const rowBytes = rowStride(width, bitsPerPixel);
    const indexed = bitsPerPixel <= 8 && early.kind !== "embedded";
    const paletteEntryBytes = this.core ? 3 : 4;
    const stated = this.bytes.u32(10);
    const told = this.paletteTold(bitsPerPixel, indexed);
    const usable = stated >= afterHeader && stated < this.source.size;
    const room = (usable ? stated : this.source.size) - afterHeader;
    const entries = Math.max(0, Math.min(told, Math.floor(room / paletteEntryBytes)));
    const palette = { start: afterHeader, end: afterHeader + entries * paletteEntryBytes };
    const pixels = usable ? stated : Math.min(palette.end, this.source.size);
    if (!usable) this.defect(10, `the pixels are said to begin at offset ${stated}; taken to begin at ${pixels}`);
    const coding = this.embeddedPlaced(early, pixels);
    const { inks } = this;
    if (inks) this.defect(30, INKS_NOTE);
    const known = Math.min(entries, 2 ** bitsPerPixel);
    const colors = indexed
      ? readPalette(this.source, palette.start, known, paletteEntryBytes, bitsPerPixel, inks)
      : new Uint32Array(0);
    if (
      coding.kind === "indexed" ||
      coding.kind === "masked" ||
      coding.kind === "cmyk" ||
      coding.kind === "fixedPoint"
    ) {
      this.checkLength(pixels, rowBytes, height, Math.ceil((width * bitsPerPixel) / 8));
    }
    if (coding.kind === "rle" && topDown) this.defect(22, "run lengths with a negative height: taken as top-down");
    return {
      headerName: this.headerName(),
      header,
      width,
      height,
      topDown,
      bitsPerPixel,
      coding,
      inks,
      palette,
      paletteEntryBytes,
      colors,
      pixels,
      rowBytes,
      defects: this.defects,
    };
  }

  /** Of a field, `at` bytes behind the start of the file header. */
  private at(at: number): number {
    return this.bytes.start + at;
  }

  private defect(at: number, message: string, incomplete = false): void {
    this.defects.push({ offset: this.at(at), message, incomplete });
  }

  private usableHeaderBytes(stated: number): number {
    if (HEADER_NAMES.has(stated) || (stated >= 16 && stated <= 64)) return stated;
    if (stated > 64 && stated <= 1024) {
      this.defect(14, `no known header has ${stated} bytes`);
      return stated;
    }
    this.defect(14, `a header of ${stated} bytes cannot be; taken for one of 40`);
    return 40;
  }

  private headerName(): string {
    return (
      HEADER_NAMES.get(this.headerBytes) ?? (this.os2 ? "BITMAPINFOHEADER2" : `header of ${this.headerBytes} bytes`)
    );
  }

  private dimensions(): { width: number; height: number; topDown: boolean } {
    const width = this.core ? this.bytes.u16(18) : this.bytes.i32(18);
    const signedHeight = this.core ? this.bytes.u16(20) : this.bytes.i32(22);
    if (width <= 0) throw new EngineError("corrupt", `a width of ${width} pixels`, { offset: this.at(18) });
    const heightAt = this.core ? 20 : 22;
    if (signedHeight === 0) throw new EngineError("corrupt", "a height of 0 pixels", { offset: this.at(heightAt) });
    return { width, height: Math.abs(signedHeight), topDown: signedHeight < 0 };
  }

  private checkPlanes(): void {
    const at = this.core ? 22 : 26;
    const planes = this.bytes.u16(at);
    if (planes !== 1) this.defect(at, `${planes} planes; there must be 1`);
  }

  private get compression(): number {
    return this.core || this.headerBytes < 20 ? 0 : this.bytes.u32(30);
  }

  /** BI_CMYK, BI_CMYKRLE8, BI_CMYKRLE4. @see [MS-WMF] 2.1.1.7 */
  private get inks(): boolean {
    return !this.os2 && this.compression >= 11 && this.compression <= 13;
  }

  private coding(): { bitsPerPixel: number; coding: BmpCoding } {
    const bits = this.bytes.u16(this.core ? 24 : 28);
    const { compression } = this;
    // OS/2 wrote headers of 40 bytes too.
    if (compression === 3 && (this.os2 || bits === 1)) {
      return this.compressed(bits, 1, { kind: "huffman" });
    }
    if (this.os2 && compression === 4) return this.compressed(bits, 24, { kind: "rle", bits: 24 });
    switch (compression) {
      case 0:
        return { bitsPerPixel: bits, coding: this.plain(bits, this.alphaOfHeader(bits)) };
      case 1:
        return this.compressed(bits, 8, { kind: "rle", bits: 8 });
      case 2:
        return this.compressed(bits, 4, { kind: "rle", bits: 4 });
      case 3:
      case 6:
        return { bitsPerPixel: bits, coding: this.masked(bits) };
      case 4:
        if (bits === 24 && !this.looksLikeJpeg()) return this.compressed(bits, 24, { kind: "rle", bits: 24 });
        return { bitsPerPixel: bits, coding: embedded("jpeg") };
      case 5:
        return { bitsPerPixel: bits, coding: embedded("png") };
      case 11:
        if (bits === 32) return { bitsPerPixel: bits, coding: { kind: "cmyk" } };
        if (bits <= 8) return { bitsPerPixel: bits, coding: this.plain(bits, 0) };
        throw new EngineError("unsupported", `printing inks with ${bits} bits a pixel`, { offset: this.at(28) });
      case 12:
        return this.compressed(bits, 8, { kind: "rle", bits: 8 });
      case 13:
        return this.compressed(bits, 4, { kind: "rle", bits: 4 });
      default:
        throw new EngineError("unsupported", `compression ${compression} is not known`, { offset: this.at(30) });
    }
  }

  private compressed(
    stated: number,
    bitsPerPixel: number,
    coding: BmpCoding,
  ): { bitsPerPixel: number; coding: BmpCoding } {
    if (stated !== bitsPerPixel) {
      this.defect(28, `${stated} bits a pixel with a compression for ${bitsPerPixel}; the compression counts`);
    }
    return { bitsPerPixel, coding };
  }

  private plain(bits: number, alpha: number): BmpCoding {
    switch (bits) {
      case 1:
      case 2:
      case 4:
      case 8:
        return { kind: "indexed" };
      case 16:
      case 24:
      case 32:
        return { kind: "masked", masks: defaultMasks(bits, alpha) };
      case 64:
        return { kind: "fixedPoint" };
      default:
        throw new EngineError("unsupported", `${bits} bits a pixel`, { offset: this.at(this.core ? 24 : 28) });
    }
  }

  private masked(bits: number): BmpCoding {
    if (bits !== 16 && bits !== 24 && bits !== 32) {
      this.defect(28, `colour masks with ${bits} bits a pixel; not looked at`);
      return this.plain(bits, 0);
    }
    // Behind a header of 40 bytes stand three masks, or four; longer headers hold theirs at the same place.
    const hasAlpha = this.headerBytes >= 56 || (this.headerBytes === 40 && this.bytes.u32(30) === 6);
    const [red, green, blue] = [this.bytes.u32(54), this.bytes.u32(58), this.bytes.u32(62)];
    const alpha = hasAlpha ? this.bytes.u32(66) : 0;
    if (red === 0 && green === 0 && blue === 0) {
      this.defect(54, "colour masks without a bit; the usual ones are taken");
      return { kind: "masked", masks: defaultMasks(bits, alpha) };
    }
    this.checkMasks(red, green, blue, alpha);
    return { kind: "masked", masks: withinPixel(pixelMasks(red, green, blue, alpha), bits) };
  }

  private checkMasks(...masks: readonly number[]): void {
    let seen = 0;
    masks.forEach((mask, index) => {
      if ((seen & mask) !== 0) this.defect(54 + 4 * index, "a colour mask overlaps another");
      seen |= mask;
      const { max } = pixelMasks(mask, 0, 0, 0).red;
      if ((max & (max + 1)) !== 0) this.defect(54 + 4 * index, "a colour mask has gaps");
    });
  }

  /** BITMAPV4HEADER gives the red, green and blue mask a meaning with BI_BITFIELDS only, the alpha mask always. */
  private alphaOfHeader(bits: number): number {
    const alpha = this.headerBytes >= 108 ? this.bytes.u32(66) : 0;
    return bits === 32 && alpha === 0xff000000 ? alpha : 0;
  }

  private masksBehind(): number {
    const compression = this.bytes.u32(30);
    if (this.headerBytes !== 40 || this.bytes.u16(28) < 16) return 0;
    return compression === 3 ? 12 : compression === 6 ? 16 : 0;
  }

  private paletteTold(bits: number, indexed: boolean): number {
    const hasCount = !this.core && this.headerBytes >= 36;
    const stated = hasCount ? this.bytes.u32(46) : 0;
    if (!indexed) return stated > 0 && stated <= 4096 ? stated : 0;
    const all = 2 ** bits;
    if (stated > all) this.defect(46, `a palette of ${stated} colours; ${bits} bits a pixel can name ${all}`);
    return stated === 0 ? all : Math.min(stated, 65536);
  }

  private looksLikeJpeg(): boolean {
    const at = this.bytes.u32(10);
    if (at + 2 > this.source.size) return false;
    const [first, second] = new Uint8Array(this.source.readSync(at, 2).bytes);
    return first === 0xff && second === 0xd8;
  }

  private embeddedPlaced(coding: BmpCoding, pixels: number): BmpCoding {
    if (coding.kind !== "embedded") return coding;
    const stated = this.bytes.u32(34);
    const fits = stated > 0 && stated <= this.source.size - pixels;
    if (!fits) this.defect(34, `${stated} bytes of picture; taken to go on to the end of the file`);
    return { ...coding, range: { start: pixels, end: fits ? pixels + stated : this.source.size } };
  }

  /** @param lastRow bytes of a row without what pads it. */
  private checkLength(pixels: number, rowBytes: number, height: number, lastRow: number): void {
    // Beyond 2^53 with hostile headers: then only roughly right, and far more than any file has.
    const needed = (height - 1) * rowBytes + lastRow;
    const there = this.source.size - pixels;
    if (there >= needed) return;
    const rows = Math.floor(there / rowBytes);
    const message = `the file ends within its pixels: ${rows} of ${height} rows are whole`;
    this.defects.push({ offset: this.source.size, message, incomplete: true });
  }
}

function embedded(format: "jpeg" | "png"): BmpCoding {
  return { kind: "embedded", format, range: { start: 0, end: 0 } };
}

/** Bits that a pixel of 16 or 24 does not have never are set. */
function withinPixel(masks: PixelMasks, bits: number): PixelMasks {
  if (bits === 32) return masks;
  const all = 2 ** bits - 1;
  const { red, green, blue, alpha } = masks;
  return pixelMasks(red.mask & all, green.mask & all, blue.mask & all, alpha.mask & all);
}
