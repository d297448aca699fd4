// The HTML of a picture's page: its code, and what it shows in its first frame where that is known in time.
import * as vscode from "vscode";
import type { FirstPicture, PictureState } from "../../../../shared/pixelsProtocol";
import { pixelsPage, webviewRoot } from "../webviewHtml";

/** @param raw whatever the document says it is: its bytes as pixels. @param first undefined: the page has to ask */
export async function pixelsHtml(
  extension: vscode.Uri,
  raw: boolean,
  first: Promise<PictureState | undefined>,
): Promise<string> {
  const read = async (name: string) =>
    new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(webviewRoot(extension), name)));
  const [script, style, state] = await Promise.all([read("pixels.js"), read("pixels.css"), first]);
  return pixelsPage(script, style, raw, state === undefined ? undefined : asText(state));
}

function asText(state: PictureState): string | undefined {
  if (state.kind === "none" || state.overview === undefined) return undefined;
  const packed = Buffer.from(state.overview.packed).toString("base64");
  return JSON.stringify({ ...state, overview: { ...state.overview, packed } } satisfies FirstPicture);
}
