// The page of the view "Structure": the tree of the active Terahex editor, alone. What is pressed in it is selected there, and
// the bytes there take its colours.
import { AnnouncerView } from "./announcerView";
import { MAX_COLORS } from "../../shared/structProtocol";
import type { HostClient } from "./hostClient";
import { buildStructPane } from "./structPane";

export function buildStructPage(host: HostClient): void {
  const announcer = new AnnouncerView();
  let toldColors = 0;
  const tellColors = (): void => {
    const { ranges, revision } = struct.tree.highlights;
    if (revision === toldColors) return;
    toldColors = revision;
    const ask = { kind: "colors" as const, ranges: ranges.slice(0, MAX_COLORS) };
    host.request<"struct">({ type: "struct", ask }).reply.catch(() => undefined);
  };
  const struct = buildStructPane(host, {
    selectBytes: (start, end) => {
      if (start < end) host.notify({ type: "struct", tell: { kind: "select", start, end } });
    },
    leave: () => undefined,
    close: undefined,
    say: (describe) => announcer.say(describe),
    drawn: tellColors,
  });
  host.onNotice = (notice) => {
    if (notice.type === "struct") struct.take(notice.news);
  };
  document.body.append(struct.pane.element, announcer.element);
  void struct.tree.show(true);
}
