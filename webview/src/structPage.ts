// The page of the view "Structure": the tree of the active Terahex editor, alone. What is pressed in it is selected there.
import { AnnouncerView } from "./announcerView";
import type { HostClient } from "./hostClient";
import { buildStructPane } from "./structPane";

export function buildStructPage(host: HostClient): void {
  const announcer = new AnnouncerView();
  const struct = buildStructPane(host, {
    selectBytes: (start, end) => {
      if (start < end) host.notify({ type: "struct", tell: { kind: "select", start, end } });
    },
    leave: () => undefined,
    close: undefined,
    say: (describe) => announcer.say(describe),
    drawn: () => undefined,
  });
  host.onNotice = (notice) => {
    if (notice.type === "struct") struct.take(notice.news);
  };
  document.body.append(struct.pane.element, announcer.element);
  void struct.tree.show(true);
}
