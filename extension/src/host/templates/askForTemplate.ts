// The picker of templates: what fits the file and why, then all the others, then what else one may want. Changes nothing.
import { basename } from "node:path";
import * as vscode from "vscode";
import type { TemplateProblem } from "../../struct/errors";
import type { TemplateMatch } from "../../struct/recognise/recognise";
import type { Dialogs } from "../notify";
import { uriOfKey, type LibraryTemplate } from "./templateLibrary";

export type TemplateAnswer =
  { readonly kind: "template"; readonly key: string } | { readonly kind: "none" | "automatic" | "new" | "setting" };

export interface TemplateQuestion {
  readonly fileName: string;
  readonly matches: readonly TemplateMatch<LibraryTemplate>[];
  readonly library: readonly LibraryTemplate[];
  /** The file is read by the best match at the moment. */
  readonly automatic: boolean;
  readonly problemsOf: (key: string) => readonly TemplateProblem[];
}

/** Loading each of a person's own templates to see its problems takes milliseconds: so many at most. */
const MAX_CHECKED = 30;

interface Item extends vscode.QuickPickItem {
  readonly answer?: TemplateAnswer;
}

/** undefined: dismissed. */
export async function askForTemplate(
  dialogs: Dialogs,
  question: TemplateQuestion,
): Promise<TemplateAnswer | undefined> {
  const items = withUniqueLabels(itemsOf(question));
  const label = await dialogs.pick(vscode.l10n.t("Template for “{0}”", question.fileName), items);
  return items.find((item) => item.label === label)?.answer;
}

function itemsOf({ matches, library, automatic, problemsOf }: TemplateQuestion): Item[] {
  const { t } = vscode.l10n;
  const fitting = new Set(matches.map(({ template }) => template.key));
  let unchecked = MAX_CHECKED;
  const item = (template: LibraryTemplate, reason: string): Item => {
    const { key, source, head } = template;
    const isChecked = source !== "builtIn" && unchecked-- > 0;
    const problem = isChecked ? problemsOf(key).find(({ severity }) => severity === "error") : undefined;
    const where = source === "builtIn" ? t("built in") : vscode.workspace.asRelativePath(uriOfKey(key) ?? key);
    return {
      label: head.title ?? head.id ?? basename(key),
      description: reason === "" ? where : `${reason} · ${where}`,
      ...(problem === undefined ? {} : { detail: `$(error) ${t("line {0}: {1}", problem.line, problem.message)}` }),
      answer: { kind: "template", key },
    };
  };
  const others = library.filter(({ key }) => !fitting.has(key));
  const [best] = matches;
  return [
    ...(matches.length === 0 ? [] : [separator(t("fit this file"))]),
    ...matches.map(({ template, reason }) => item(template, reason)),
    ...(others.length === 0 ? [] : [separator(t("other templates"))]),
    ...others.map((template) => item(template, "")),
    separator(""),
    ...(automatic
      ? []
      : [
          {
            label: t("Recognize Automatically"),
            description: best?.certain === true ? (best.template.head.title ?? best.template.head.id ?? "") : "",
            answer: { kind: "automatic" } as const,
          },
        ]),
    { label: t("No Template"), answer: { kind: "none" } },
    { label: t("New Template from Selection…"), answer: { kind: "new" } },
    { label: t("Folders of Templates…"), description: "terahex.templateFolders", answer: { kind: "setting" } },
  ];
}

function separator(label: string): Item {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

/** Two files may tell the same title. */
function withUniqueLabels(items: readonly Item[]): Item[] {
  const count = new Map<string, number>();
  for (const { label } of items) count.set(label, (count.get(label) ?? 0) + 1);
  return items.map((item) =>
    item.answer?.kind === "template" && (count.get(item.label) ?? 0) > 1
      ? {
          ...item,
          label: `${item.label} (${vscode.workspace.asRelativePath(uriOfKey(item.answer.key) ?? item.answer.key)})`,
        }
      : item,
  );
}
