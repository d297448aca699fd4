// What is wrong with a template and the files it imports, found by loading it here: for a picker, and to keep the last good
// text. Its interpreter runs elsewhere. No `vscode`.
import { TemplateError, type TemplateProblem } from "../../struct/errors";
import { loadTemplate } from "../../struct/ksy/load";
import { importCandidates } from "../../struct/recognise/gather";
import type { TemplateFiles } from "../../struct/structService";

export function problemsOf({ entry, texts, importPaths }: TemplateFiles): readonly TemplateProblem[] {
  try {
    const loader = (name: string, from: string) => {
      const file = importCandidates(name, from, importPaths).find((candidate) => texts.has(candidate));
      return file === undefined ? undefined : { file, text: texts.get(file) ?? "" };
    };
    return loadTemplate({ file: entry, text: texts.get(entry) ?? "" }, loader).warnings;
  } catch (error) {
    if (error instanceof TemplateError) return error.problems;
    throw error;
  }
}
