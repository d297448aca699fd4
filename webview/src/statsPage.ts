// The page of statistics: joins the view to the host. What is pressed in it is selected in the editor.
import type { ByteRange } from "../../shared/byteRange";
import type { MeasureAnswer, MeasureQuestion } from "../../shared/measureProtocol";
import { HostFailure, type HostCall, type HostClient } from "./hostClient";
import { StatsView } from "./stats/statsView";

export interface StatsPage {
  open(): Promise<void>;
}

export function buildStatsPage(host: HostClient): StatsPage {
  let counting: HostCall<MeasureAnswer["stats"]> | undefined;
  const ask = <K extends MeasureQuestion["kind"]>(
    question: Extract<MeasureQuestion, { kind: K }>,
  ): HostCall<MeasureAnswer[K]> =>
    // The host answers each kind of question with its own kind of answer; protocol.ts knows only that it is one of them.
    host.request<"measure">({ type: "measure", ask: question }) as HostCall<MeasureAnswer[K]>;
  const measure = async ({ start, end }: ByteRange): Promise<void> => {
    counting?.cancel();
    view.say("Counting…");
    const call = (counting = ask<"stats">({ kind: "stats", start, end }));
    try {
      view.show(await call.reply);
    } catch (error) {
      // Another range took its place.
      if (call !== counting) return;
      view.say(error instanceof HostFailure && error.code === "cancelled" ? "Cancelled." : String(error));
    }
  };
  const view: StatsView = new StatsView({
    select: ({ start, end }) => host.notify({ type: "struct", tell: { kind: "select", start, end } }),
    measure: (range) => void measure(range),
  });
  host.onNotice = (notice) => {
    if (notice.type === "measure" && notice.news.kind === "edited") view.say("Edited since. Refresh counts again.");
  };
  document.body.append(view.element);
  new MutationObserver(() => view.restyle()).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  return {
    open: async () => {
      const { name, start, end } = await ask<"subject">({ kind: "subject" }).reply;
      view.begin(name, { start, end });
      await measure({ start, end });
    },
  };
}
