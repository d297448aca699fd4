// The picture that came with the page: drawn in its first frame, before anything was asked.
import { FIRST_PICTURE_ID, type FirstPicture, type PictureState } from "../../shared/pixelsProtocol";

/** Undefined: it was not known in time, and has to be asked for. */
export function firstPicture(): Extract<PictureState, { kind: "picture" }> | undefined {
  const text = document.getElementById(FIRST_PICTURE_ID)?.textContent;
  if (text === undefined || text === null) return undefined;
  // Written by our own host, of the same version.
  const { overview, ...state } = JSON.parse(text) as FirstPicture;
  const packed = Uint8Array.from(atob(overview.packed), (character) => character.charCodeAt(0)).buffer;
  return { ...state, overview: { ...overview, packed } };
}
