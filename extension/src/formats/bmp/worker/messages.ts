// What the thread that decodes pictures and its host say to each other. Both ends are ours, of one version.
import type { PixelsAnswer, PixelsQuestion } from "../../../../../shared/pixelsProtocol";
import type { EngineErrorCode } from "../../../engine/engineError";

/** What the thread reads: an open document with its unsaved edits, or a file where there is no addon. */
export type PictureSource = { readonly readerKey: number } | { readonly path: string };

export type ToPictures =
  | { readonly kind: "ask"; readonly id: number; readonly ask: PixelsQuestion }
  | { readonly kind: "cancel"; readonly id: number };

export type FromPictures =
  | { readonly kind: "answer"; readonly id: number; readonly body: PixelsAnswer[PixelsQuestion["kind"]] }
  | { readonly kind: "failure"; readonly id: number; readonly code: EngineErrorCode; readonly message: string };
