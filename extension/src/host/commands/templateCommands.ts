// Commands about templates: which one the active file is read with, a new one from its selection, and the one being written
// shown on a file.
import { basename } from "node:path";
import * as vscode from "vscode";
import { VIEW_TYPE } from "../binaryEditorProvider";
import type { BinaryDocument } from "../binaryDocument";
import { KSY_LANGUAGE } from "../ksy/language";
import { activeSession, type CommandServices } from "./services";

const OPEN_LIMIT_MS = 10_000;
const POLL_MS = 50;

export async function chooseTemplate(services: CommandServices): Promise<void> {
  const session = activeSession(services);
  if (session !== undefined) await (await services.templates.get()).pick(session.document);
}

export async function newTemplate(services: CommandServices): Promise<void> {
  const session = activeSession(services);
  if (session === undefined) return;
  const { startTemplate } = await import("../templates/startTemplate");
  await startTemplate(await services.templates.get(), session);
}

export async function previewTemplate(services: CommandServices): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== KSY_LANGUAGE) return;
  const { keyOf } = await import("../templates/templateLibrary");
  const key = keyOf(editor.document.uri);
  const document = key === undefined ? undefined : await documentToShow(services);
  if (key === undefined || document === undefined) return;
  await (await services.templates.get()).preview(document, key);
  // Beside the text: behind it there would be nothing to see.
  if (!services.provider.sessionsOf(document).some(({ panel }) => panel.visible)) await openBeside(document.uri);
}

/** The only one that is open, or one that the person names; undefined: dismissed. */
async function documentToShow(services: CommandServices): Promise<BinaryDocument | undefined> {
  const { provider, dialogs } = services;
  const open = provider.documents.filter(({ content }) => content.kind !== "failed");
  if (open.length === 1) return open[0];
  const other = vscode.l10n.t("Open a File…");
  if (open.length > 0) {
    const items = open.map(({ path }) => ({ label: basename(path), description: path }));
    const labels = new Set(items.map(({ label }) => label));
    // Files of one name are told apart by their paths.
    const named = labels.size === items.length ? items : items.map(({ description }) => ({ label: description }));
    const answer = await dialogs().pick(vscode.l10n.t("Preview the template on"), [...named, { label: other }]);
    if (answer === undefined) return undefined;
    if (answer !== other) return open[named.findIndex(({ label }) => label === answer)];
  }
  const uri = await dialogs().fileToOpen(vscode.l10n.t("Preview the template on"));
  if (uri === undefined) return undefined;
  await openBeside(uri);
  for (let waitedMs = 0; waitedMs < OPEN_LIMIT_MS; waitedMs += POLL_MS) {
    const opened = provider.documents.find((document) => document.uri.toString() === uri.toString());
    if (opened !== undefined) return opened.content.kind === "failed" ? undefined : opened;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return undefined;
}

async function openBeside(uri: vscode.Uri): Promise<void> {
  const options: vscode.TextDocumentShowOptions = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
  await vscode.commands.executeCommand("vscode.openWith", uri, VIEW_TYPE, options);
}
