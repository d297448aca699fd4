// Figures of one range: histogram and entropy from one pass of the engine, pairs of neighbours from bounded samples.
// Thread rule: extension host's main thread; the pass runs on native threads.
import * as vscode from "vscode";
import type { ByteRange } from "../../../../shared/byteRange";
import { STATS_BUCKETS, type StatsOfRange } from "../../../../shared/measureProtocol";
import type { CancelFlag } from "../../../../shared/rpc";
import type { EngineDocument } from "../../engine/document";
import { stats } from "../../engine/scan";
import type { BinaryDocument } from "../binaryDocument";
import { HostError } from "../errors";
import { withProgress } from "../notify";
import { scanThreads } from "../scanThreads";
import { pairBrightness, PairCounts } from "./pairCounts";
import { spreadPieces } from "./spans";

/** Some 20 ms of counting. */
const MOST_PAIR_BYTES = 4 << 20;
const PIECE_BYTES = 64 * 1024;
const MOST_EXTENTS = 4096;

export async function statsOfRange(
  document: BinaryDocument,
  asked: ByteRange,
  cancel: CancelFlag,
): Promise<StatsOfRange> {
  const { engine } = document;
  if (engine === null) throw new HostError("unsupported", document.readOnlyReason ?? "");
  const start = Math.min(asked.start, engine.size);
  const end = Math.min(asked.end, engine.size);
  if (start >= end) throw new HostError("out-of-range", vscode.l10n.t("There are no bytes there."));
  const abort = new AbortController();
  cancel.onCancel(() => abort.abort());
  return withProgress(vscode.l10n.t("Counting bytes of {0}", document.state().name), undefined, async (report, by) => {
    const signal = AbortSignal.any([by, abort.signal]);
    const buckets = Math.min(STATS_BUCKETS, end - start);
    const pairs = await countPairs(engine, { start, end }, signal);
    const outcome = await stats(engine, {
      from: start,
      to: end,
      buckets,
      threads: scanThreads(),
      signal,
      onProgress: report,
    });
    return {
      start,
      end,
      counts: [...outcome.counts],
      entropy: [...outcome.entropy],
      pairs: pairBrightness(pairs.counts).buffer,
      pairBytes: pairs.bytes,
      unreadableBytes: outcome.unreadableBytes,
      stale: outcome.stale,
    };
  });
}

async function countPairs(engine: EngineDocument, { start, end }: ByteRange, signal: AbortSignal): Promise<PairCounts> {
  const pairs = new PairCounts();
  // Of a very scattered file the beginning; zeros of holes are no news.
  const stored = engine.extents(start, end, MOST_EXTENTS);
  for (const piece of spreadPieces(stored, MOST_PAIR_BYTES, PIECE_BYTES)) {
    if (signal.aborted) throw new HostError("cancelled", vscode.l10n.t("Cancelled."));
    const { bytes, unreadable } = await engine.read(piece.start, piece.end - piece.start);
    if (unreadable.length === 0) pairs.add(new Uint8Array(bytes));
  }
  return pairs;
}
