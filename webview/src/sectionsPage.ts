// The page of the view "Sections": joins the view to the host. What is pressed in it is selected in the editor.
import type { SectionsAnswer, SectionsQuestion, SectionsState } from "../../shared/sectionsProtocol";
import { HostFailure, type HostCall, type HostClient } from "./hostClient";
import { ListModel } from "./sections/listModel";
import { SectionsView } from "./sections/sectionsView";

/** Edits come in bursts: a pass over the file waits for them to end. */
const MEASURE_REST_MS = 300;

export function buildSectionsPage(host: HostClient): void {
  const ask = <K extends SectionsQuestion["kind"]>(
    question: Extract<SectionsQuestion, { kind: K }>,
  ): HostCall<SectionsAnswer[K]> =>
    // The host answers each kind of question with its own kind of answer; protocol.ts knows only that it is one of them.
    host.request<"sections">({ type: "sections", ask: question }) as HostCall<SectionsAnswer[K]>;
  let measuring: HostCall<SectionsAnswer["measure"]> | undefined;
  let resting: number | undefined;
  const failed = (error: unknown): void => {
    if (error instanceof HostFailure && (error.code === "cancelled" || error.code === "unanswered")) return;
    view.failed(error instanceof Error ? error.message : String(error));
  };
  const measure = (): void => {
    clearTimeout(resting);
    measuring?.cancel();
    resting = window.setTimeout(() => {
      measuring = ask<"measure">({ kind: "measure" });
      measuring.reply.then((measures) => view.measured(measures), failed);
    }, MEASURE_REST_MS);
  };
  // Scrolling draws rows again and again; a picture is asked for once.
  const pictures = new Map<number, Promise<string>>();
  const forgetPictures = (): void => {
    for (const picture of pictures.values())
      void picture.then((address) => URL.revokeObjectURL(address)).catch(() => undefined);
    pictures.clear();
  };
  const picture = async (id: number): Promise<string> => {
    const { mime, bytes } = await ask<"picture">({ kind: "picture", id }).reply;
    return URL.createObjectURL(new Blob([bytes], { type: mime }));
  };
  const view: SectionsView = new SectionsView({
    select: (start, end) => {
      if (start < end) host.notify({ type: "struct", tell: { kind: "select", start, end } });
    },
    showField: (start, end) => void ask<"showField">({ kind: "showField", start, end }).reply.catch(failed),
    picture: (id) => {
      const known = pictures.get(id) ?? picture(id);
      pictures.set(id, known);
      return known;
    },
    fixChecksum: () => void ask<"fixChecksum">({ kind: "fixChecksum" }).reply.catch(failed),
    openList: (list) =>
      new ListModel({ rows: (from, count) => ask<"rows">({ kind: "rows", list, from, count }).reply }, () =>
        view.listArrived(),
      ),
  });
  const show = (state: SectionsState): void => {
    forgetPictures();
    view.show(state);
    if (state.image !== undefined) measure();
  };
  host.onNotice = (notice) => {
    if (notice.type !== "sections") return;
    if (notice.news.kind === "state") show(notice.news.state);
    else if (notice.news.kind === "cursor") view.cursor(notice.news.offset);
  };
  document.body.append(view.element);
  ask<"open">({ kind: "open" }).reply.then(show, failed);
}
