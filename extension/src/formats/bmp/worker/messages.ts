// What the thread that decodes pictures and its host say to each other. Both ends are ours, of one version.
import type { PixelsAnswer, PixelsQuestion } from "../../../../../shared/pixelsProtocol";
import type { PixelEdit } from "../paint";
import type { ReaderSource } from "../../../engine/document";
import type { EngineErrorCode } from "../../../engine/engineError";

/** What the thread reads: an open document with its unsaved edits. */
export type PictureSource = ReaderSource;

/** What pages ask; painting comes back as edits, for the document's own thread to make. */
export interface PictureAnswer extends Omit<PixelsAnswer, "paint"> {
  paint: { readonly edits: readonly PixelEdit[] };
}
export type PictureBody = PictureAnswer[PixelsQuestion["kind"]];

export type ToPictures =
  | { readonly kind: "ask"; readonly id: number; readonly ask: PixelsQuestion }
  | { readonly kind: "cancel"; readonly id: number };

export type FromPictures =
  | { readonly kind: "answer"; readonly id: number; readonly body: PictureBody }
  | { readonly kind: "failure"; readonly id: number; readonly code: EngineErrorCode; readonly message: string };
