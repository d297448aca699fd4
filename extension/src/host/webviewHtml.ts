// The pages that a webview may show: the editor's and the struct view's, which load our own bundle and nothing else, and the
// page that says why a file could not be opened, which runs no script at all. Knows no document.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { FIRST_PICTURE_ID } from "../../../shared/pixelsProtocol";

export function webviewRoot(extension: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extension, "dist", "webview");
}

export function editorPage(webview: vscode.Webview, extension: vscode.Uri): string {
  return bundlePage(webview, extension, "");
}

/** The view with a struct tree alone: the same bundle. */
export function structPage(webview: vscode.Webview, extension: vscode.Uri): string {
  return bundlePage(webview, extension, ' data-page="struct"');
}

/** The document as a picture: its script and its style stand within the page, since they take as long to fetch, through VS Code,
 *  as all the rest of it. @param raw whatever it says it is: its bytes as pixels. @param first what it shows at once, as JSON */
export function pixelsPage(script: string, style: string, raw: boolean, first: string | undefined): string {
  const nonce = randomBytes(16).toString("base64");
  // In JSON no "<" stands outside of a string.
  const data = first?.replaceAll("<", "\\u003c");
  return page(
    `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'`,
    `<style nonce="${nonce}">${style}</style>
    ${data === undefined ? "" : `<script type="application/json" id="${FIRST_PICTURE_ID}">${data}</script>`}
    <script type="module" nonce="${nonce}">${script}</script>`,
    "",
    raw ? " data-raw" : "",
  );
}

/** The view with the sections of a program: the same bundle. */
export function sectionsPage(webview: vscode.Webview, extension: vscode.Uri): string {
  // Icons among the resources of a program come as bytes.
  return bundlePage(webview, extension, ' data-page="sections"', "img-src blob:");
}

/** Figures and plots of a range. */
export function statsPage(webview: vscode.Webview, extension: vscode.Uri): string {
  return bundlePage(webview, extension, ' data-page="stats"');
}

/** Two sides beside each other: the same bundle. */
export function comparePage(webview: vscode.Webview, extension: vscode.Uri): string {
  return bundlePage(webview, extension, ' data-page="compare"');
}

/** Until there is something to show. */
export function waitingPage(text: string): string {
  const nonce = randomBytes(16).toString("base64");
  const style = `p { margin: 12vh 2em; text-align: center; font: var(--vscode-font-size) / 1.5 var(--vscode-font-family); color: var(--vscode-descriptionForeground); }`;
  return page(
    `default-src 'none'; style-src 'nonce-${nonce}'`,
    `<style nonce="${nonce}">${style}</style>`,
    `<p role="status">${escapeHtml(text)}</p>`,
  );
}

function bundlePage(webview: vscode.Webview, extension: vscode.Uri, attributes: string, ...more: string[]): string {
  const nonce = randomBytes(16).toString("base64");
  const root = webviewRoot(extension);
  const script = webview.asWebviewUri(vscode.Uri.joinPath(root, "main.js")).toString();
  const style = webview.asWebviewUri(vscode.Uri.joinPath(root, "main.css")).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    ...more,
  ].join("; ");
  return page(
    policy,
    `<link rel="stylesheet" nonce="${nonce}" id="vscode-codicon-stylesheet" href="${escapeHtml(style)}">
    <script type="module" nonce="${nonce}" src="${escapeHtml(script)}"></script>`,
    "",
    attributes,
  );
}

/** @param retryCommand a command URI behind "Try again"; needs enableCommandUris. */
export function errorPage(title: string, reason: string, path: string, retry: string, retryCommand: string): string {
  const nonce = randomBytes(16).toString("base64");
  const style = `
    main { max-width: 46em; margin: 12vh auto 0; padding: 0 2em; font: var(--vscode-font-size) / 1.5 var(--vscode-font-family); color: var(--vscode-foreground); }
    h1 { font-size: 1.3em; font-weight: 600; }
    code { font-family: var(--vscode-editor-font-family); overflow-wrap: anywhere; color: var(--vscode-descriptionForeground); }
    a { display: inline-block; margin-top: 1em; padding: 0.3em 1em; text-decoration: none; color: var(--vscode-button-foreground); background: var(--vscode-button-background); border: 1px solid var(--vscode-button-border, transparent); }
    a:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }`;
  return page(
    `default-src 'none'; style-src 'nonce-${nonce}'`,
    `<style nonce="${nonce}">${style}</style>`,
    `<main role="alert"><h1>${escapeHtml(title)}</h1><p>${escapeHtml(reason)}</p><p><code>${escapeHtml(path)}</code></p>` +
      `<a href="${escapeHtml(retryCommand)}">${escapeHtml(retry)}</a></main>`,
  );
}

function page(policy: string, head: string, body: string, attributes = ""): string {
  return `<!DOCTYPE html>
<html lang="${escapeHtml(vscode.env.language)}"${attributes}>
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Terahex</title>
    ${head}
  </head>
  <body>${body}</body>
</html>
`;
}

/** For text and for attribute values in double quotes. */
function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => names[character]!);
}
