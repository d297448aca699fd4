// Where the bytes of a program's file stand in memory, and back: one map for PE, ELF and Mach-O, the same on both sides of the
// webview. Addresses are relative to the image base (RVA), which is why they fit into numbers. Pure.

/** A stretch of memory that a section, a segment or the headers fill. */
export interface AddressSpan {
  /** First address, relative to the image base. */
  readonly rva: number;
  /** Bytes in memory. What the file does not give of them is zeros. */
  readonly length: number;
  /** Of its first byte in the file. */
  readonly offset: number;
  /** Bytes that come from the file: at most `length`. */
  readonly fileLength: number;
  /** ".text"; of the headers "headers". */
  readonly name: string;
}

export class AddressMap {
  /** By address, and by place in the file; neither overlaps. */
  private readonly byAddress: readonly AddressSpan[];
  private readonly byOffset: readonly AddressSpan[];

  /** Where two spans claim one address, the one that begins first keeps it; of equals, the one named first. */
  constructor(spans: readonly AddressSpan[]) {
    this.byAddress = withoutOverlaps(spans, (span) => span.rva, spanLength, clippedInMemory);
    this.byOffset = withoutOverlaps(spans, (span) => span.offset, fileLength, clippedInFile);
  }

  /** The span that has this address, also where the file gives nothing. */
  spanAt(rva: number): AddressSpan | undefined {
    return find(this.byAddress, rva, (span) => span.rva, spanLength);
  }

  /** The span that this byte of the file is loaded into. */
  spanOf(offset: number): AddressSpan | undefined {
    return find(this.byOffset, offset, (span) => span.offset, fileLength);
  }

  /** undefined: not in memory, or zeros that no file byte stands for. */
  offsetOf(rva: number): number | undefined {
    const span = this.spanAt(rva);
    if (span === undefined || rva - span.rva >= span.fileLength) return undefined;
    return span.offset + (rva - span.rva);
  }

  /** undefined: this byte is not loaded. */
  rvaOf(offset: number): number | undefined {
    const span = this.spanOf(offset);
    return span === undefined ? undefined : span.rva + (offset - span.offset);
  }
}

const spanLength = (span: AddressSpan): number => span.length;
const fileLength = (span: AddressSpan): number => span.fileLength;

type Measure = (span: AddressSpan) => number;
type Clip = (span: AddressSpan, cut: number) => AddressSpan;

const clippedInMemory: Clip = (span, cut) => ({
  ...span,
  rva: span.rva + cut,
  length: span.length - cut,
  offset: span.offset + Math.min(cut, span.fileLength),
  fileLength: Math.max(0, span.fileLength - cut),
});
const clippedInFile: Clip = (span, cut) => ({
  ...span,
  rva: span.rva + cut,
  length: span.length - cut,
  offset: span.offset + cut,
  fileLength: span.fileLength - cut,
});

function withoutOverlaps(spans: readonly AddressSpan[], start: Measure, length: Measure, clip: Clip): AddressSpan[] {
  const kept: AddressSpan[] = [];
  let end = 0;
  // sort() is stable: of spans that begin alike the one named first comes first.
  for (const span of spans.filter((each) => length(each) > 0).sort((a, b) => start(a) - start(b))) {
    const spanEnd = start(span) + length(span);
    if (spanEnd <= end) continue;
    kept.push(start(span) >= end ? span : clip(span, end - start(span)));
    end = spanEnd;
  }
  return kept;
}

function find(
  spans: readonly AddressSpan[],
  position: number,
  start: Measure,
  length: Measure,
): AddressSpan | undefined {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const span = spans[middle];
    if (span !== undefined && start(span) <= position) low = middle + 1;
    else high = middle;
  }
  const span = spans[low - 1];
  return span !== undefined && position - start(span) < length(span) ? span : undefined;
}
