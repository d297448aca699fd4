// terahex.hash: hashes and checksums of the selection or the whole document, several in one pass, with unsaved edits; shown to
// be copied, and compared with a value that the person has.
import * as vscode from "vscode";
import type { ByteRange } from "../../../../shared/byteRange";
import { formatExactBytes } from "../../../../shared/formatNumber";
import type { EngineDocument } from "../../engine/document";
import { hash, hashNames } from "../../engine/scanHash";
import { hexOffset } from "../binaryDocument";
import { activeSession, type CommandServices } from "../commands/services";
import { describeError, isCode } from "../errors";
import { withProgress, type Dialogs } from "../notify";
import { scanThreads } from "../scanThreads";
import { judgeExpected, parseExpected, sumLines, type Digests } from "./hashTexts";

const CHOSEN_KEY = "terahex.hashes";
const DEFAULT_HASHES = ["sha256"];

interface Subject {
  readonly engine: EngineDocument;
  readonly range: ByteRange;
  /** For the title, and as the name in lists of sums. */
  readonly name: string;
  readonly title: string;
}

export async function hashDocument(services: CommandServices): Promise<void> {
  const session = activeSession(services);
  if (!session) return;
  const dialogs = services.dialogs();
  const { document } = session;
  const { engine } = document;
  if (engine === null) return dialogs.warn(document.readOnlyReason ?? "");
  if (session.selectedRanges.length > 1) {
    return dialogs.warn(vscode.l10n.t("Several ranges are selected. Select the one to hash."));
  }
  const { name } = document.state();
  const whole = { start: 0, end: engine.size };
  const range = session.hasRange ? await chooseRange(session.selectedRange, whole, dialogs) : whole;
  if (range === undefined) return;
  const part = range.start > 0 || range.end < engine.size;
  const place = part ? ` ${hexOffset(range.start)}-${hexOffset(range.end)}` : "";
  const subject = {
    engine,
    range,
    name: `${name}${place}`,
    title: `${name}${place}, ${formatExactBytes(range.end - range.start)}`,
  };
  const names = await chooseAlgorithms(services, subject, dialogs);
  if (names === undefined || names.length === 0) return;
  const digests = await digest(subject, names, dialogs);
  if (digests !== undefined) await showDigests(subject, digests, dialogs);
}

async function chooseRange(selected: ByteRange, whole: ByteRange, dialogs: Dialogs): Promise<ByteRange | undefined> {
  const [ofSelection, ofFile] = [vscode.l10n.t("Selection"), vscode.l10n.t("Whole file")];
  const answer = await dialogs.pick(vscode.l10n.t("Hash"), [
    { label: ofSelection, description: formatExactBytes(selected.end - selected.start) },
    { label: ofFile, description: formatExactBytes(whole.end) },
  ]);
  return answer === ofSelection ? selected : answer === ofFile ? whole : undefined;
}

async function chooseAlgorithms(
  { memento }: CommandServices,
  { title, engine }: Subject,
  dialogs: Dialogs,
): Promise<readonly string[] | undefined> {
  const chosen = memento.get<readonly string[]>(CHOSEN_KEY, DEFAULT_HASHES);
  const known = hashNames(engine.addon);
  // Those of the last time on top: the list is long.
  const names = [...known.filter((name) => chosen.includes(name)), ...known.filter((name) => !chosen.includes(name))];
  const picked = await dialogs.pickSeveral(
    vscode.l10n.t("Hash {0}", title),
    names.map((label) => ({ label, picked: chosen.includes(label) })),
  );
  if (picked !== undefined && picked.length > 0) await memento.update(CHOSEN_KEY, picked);
  return picked;
}

/** @returns undefined when it was cancelled, or failed and said so. */
async function digest(subject: Subject, names: readonly string[], dialogs: Dialogs): Promise<Digests | undefined> {
  const { engine, range, title } = subject;
  try {
    return await withProgress(vscode.l10n.t("Hashing {0}", title), undefined, (onProgress, signal) =>
      hash(engine, names, { from: range.start, to: range.end, threads: scanThreads(), onProgress, signal }),
    );
  } catch (error) {
    if (isCode(error, "cancelled")) return undefined;
    const changed = isCode(error, "changed");
    const why = changed ? vscode.l10n.t("It was edited meanwhile.") : describeError(error).message;
    dialogs.warn(vscode.l10n.t("There are no hashes of {0}. {1}", title, why));
    return undefined;
  }
}

/** Stays until the person leaves it: to copy one sum after the other. */
async function showDigests(subject: Subject, computed: Digests, dialogs: Dialogs): Promise<void> {
  const digests = new Map(computed);
  const { version } = subject.engine;
  const copyAll = vscode.l10n.t("$(copy) Copy all, as sha256sum prints them");
  const compare = vscode.l10n.t("$(diff) Compare with…");
  for (;;) {
    const stale = subject.engine.version === version ? "" : vscode.l10n.t(" (edited since)");
    const answer = await dialogs.pick(`${subject.title}${stale}`, [
      ...[...digests].map(([name, sum]) => ({ label: sum, description: name })),
      { label: "", kind: vscode.QuickPickItemKind.Separator },
      { label: copyAll },
      { label: compare },
    ]);
    if (answer === undefined) return;
    if (answer === compare) await compareDigests(subject, digests, dialogs);
    else await dialogs.writeClipboard(answer === copyAll ? sumLines(digests, subject.name) : answer);
    if (answer === copyAll) return dialogs.inform(vscode.l10n.t("Copied {0} lines.", digests.size));
    if (answer !== compare) return dialogs.inform(vscode.l10n.t("Copied {0}.", answer));
  }
}

/** @param digests takes up those that the comparison needed */
async function compareDigests(subject: Subject, digests: Map<string, string>, dialogs: Dialogs): Promise<void> {
  const typed = await dialogs.input({
    title: vscode.l10n.t("Compare with"),
    prompt: vscode.l10n.t("A hash in hex, or a line of sha256sum and its like. Its length tells the algorithm."),
    value: "",
    check: (text) => {
      const judged = judgeExpected(text, digests);
      return { ok: judged.kind !== "malformed" && judged.kind !== "different", message: judgeText(judged) };
    },
  });
  const expected = typed === undefined ? undefined : parseExpected(typed);
  if (expected === undefined) return;
  let judged = judgeExpected(typed ?? "", digests);
  if (judged.kind === "unknown") {
    const known = hashNames(subject.engine.addon);
    const more = await digest(
      subject,
      judged.names.filter((name) => known.includes(name)),
      dialogs,
    );
    if (more === undefined) return;
    for (const [name, sum] of more) digests.set(name, sum);
    judged = judgeExpected(typed ?? "", digests);
  }
  if (judged.kind === "same") dialogs.inform(judgeText(judged));
  else dialogs.warn(judgeText(judged));
}

function judgeText(judged: ReturnType<typeof judgeExpected>): string {
  switch (judged.kind) {
    case "empty":
      return "";
    case "malformed":
      return vscode.l10n.t("Not hex digits of a hash that is known here: {0} digits.", judged.digits);
    case "same":
      return vscode.l10n.t("The same: {0}.", judged.names.join(", "));
    case "different":
      return vscode.l10n.t("Different from {0}.", judged.names.join(", "));
    case "unknown":
      return vscode.l10n.t("It may be {0}. Press Enter to compute and compare.", judged.names.join(", "));
    default:
      return judged satisfies never;
  }
}
