// A comparison in one sentence. Pure.
import { MAX_DIFFERENCES, type CompareStatus } from "../../../shared/compareProtocol";
import { formatExact } from "../../../shared/formatNumber";
import type { DifferenceList } from "./differenceList";

/** @param index of the current difference; -1: none */
export function summaryOf(status: CompareStatus | undefined, list: DifferenceList, index: number): string {
  if (status === undefined) return "Comparing…";
  if (status.failure !== undefined) return status.failure;
  const { changed, inserted, deleted } = list.counts;
  const kinds = [
    [changed, "changed"],
    [inserted, "only on the right"],
    [deleted, "only on the left"],
  ] as const;
  const parts = kinds.filter(([count]) => count > 0).map(([count, name]) => `${formatExact(count)} ${name}`);
  const { count } = list;
  const total = `${formatExact(count)} ${count === 1 ? "difference" : "differences"}`;
  const some = index < 0 ? total : `${formatExact(index + 1)} of ${total}`;
  const notes = [
    status.truncated ? `the first ${formatExact(MAX_DIFFERENCES)} are listed` : "",
    status.running ? "comparing…" : "",
    status.stopped ? "stopped" : "",
    !status.running && status.stale ? "edited since: compare again" : "",
    status.unreadableBytes > 0 ? `${formatExact(status.unreadableBytes)} bytes can't be read, taken for 00` : "",
  ].filter((note) => note !== "");
  const what =
    count > 0
      ? `${some}: ${parts.join(", ")}`
      : status.running || status.stopped
        ? "No difference so far"
        : "No differences";
  return [what, ...notes].join("; ");
}
