// Joins a struct tree to the host and to what stands around it: beside the bytes, or alone in a view of VS Code's.
import type { StructAnswer, StructNews, StructQuestion } from "../../shared/structProtocol";
import { HostFailure, type HostCall, type HostClient } from "./hostClient";
import { StructTree } from "./tree/structTree";
import { TreePaneView } from "./tree/treePaneView";

export interface StructPaneLink {
  selectBytes(start: number, end: number): void;
  /** The focus goes where it came from. */
  leave(): void;
  readonly close: (() => void) | undefined;
  say(describe: () => string): void;
  drawn(): void;
}

export interface StructPane {
  readonly tree: StructTree;
  readonly pane: TreePaneView;
  take(news: StructNews): void;
}

export function buildStructPane(host: HostClient, link: StructPaneLink): StructPane {
  const ask = <K extends StructQuestion["kind"]>(
    question: Extract<StructQuestion, { kind: K }>,
  ): HostCall<StructAnswer[K]> =>
    // The host answers each kind of question with its own kind of answer; protocol.ts knows only that it is one of them.
    host.request<"struct">({ type: "struct", ask: question }) as HostCall<StructAnswer[K]>;
  const unheard = (): undefined => undefined;
  const tree: StructTree = new StructTree({
    ask,
    schedule: () => pane.schedule(),
    later: (delayMs) => void setTimeout(() => pane.schedule(), delayMs),
    now: () => performance.now(),
    isNoNews: (error) => error instanceof HostFailure && (error.code === "cancelled" || error.code === "unanswered"),
    selectBytes: (start, end) => link.selectBytes(start, end),
    openEditor: (row, field) => pane.openEditor(row, field),
    openBox: (which) => pane.openBox(which),
    leave: () => link.leave(),
    say: (describe) => link.say(describe),
  });
  const pane: TreePaneView = new TreePaneView(tree, {
    close: link.close,
    pickTemplate: () => void ask<"pick">({ kind: "pick" }).reply.catch(unheard),
    showTemplate: (at) => {
      const place = at === undefined ? {} : { file: at.file, line: at.line, column: at.column };
      ask<"template">({ kind: "template", ...place }).reply.catch((error: Error) => tree.tell(error.message, true));
    },
    openDocRef: (url) => void ask<"docRef">({ kind: "docRef", url }).reply.catch(unheard),
    drawn: () => link.drawn(),
  });
  const take = (news: StructNews): void => {
    if (news.kind === "command" && pane.command(news.command)) return;
    tree.take(news);
  };
  return { tree, pane, take };
}
