// What the thread that decodes pictures and its host say to each other. Both ends are ours, of one version.
import type { PixelsAnswer, PixelsQuestion } from "../../../../../shared/pixelsProtocol";
import type { RawPixels } from "../../../../../shared/rawPixels";
import type { AdjustPlan } from "../adjust";
import type { PixelEdit } from "../paint";
import type { ReaderSource } from "../../../engine/document";
import type { EngineErrorCode } from "../../../engine/engineError";

/** What the thread reads: an open document with its unsaved edits. */
export type PictureSource = ReaderSource;

/** What pages ask; what edits comes back as edits, or as what to pass through which tables, for the document's own thread. */
export interface PictureAnswer extends Pick<PixelsAnswer, "picture" | "tile" | "guess"> {
  paint: { readonly edits: readonly PixelEdit[] };
  fill: { readonly edits: readonly PixelEdit[]; readonly filled: number };
  palette: { readonly edits: readonly PixelEdit[] };
  /** Undefined: nothing changes. */
  adjust: { readonly plan: AdjustPlan | undefined };
}
export type PictureBody = PictureAnswer[PixelsQuestion["kind"]];

export type ToPictures =
  | { readonly kind: "ask"; readonly id: number; readonly ask: PixelsQuestion; readonly raw: RawPixels | undefined }
  | { readonly kind: "cancel"; readonly id: number };

export type FromPictures =
  | { readonly kind: "answer"; readonly id: number; readonly body: PictureBody }
  | { readonly kind: "failure"; readonly id: number; readonly code: EngineErrorCode; readonly message: string };
