// Template texts that the host has read -> a Template. Imports are looked up among them; touches no disk.
import { loadTemplate } from "../ksy/load";
import type { Template } from "../ksy/model";
import { importCandidates } from "../recognise/gather";
import type { TemplateFiles } from "../structService";

/** @throws TemplateError with all problems found */
export function loadTemplateFiles({ entry, texts, importPaths }: TemplateFiles): Template {
  return loadTemplate({ file: entry, text: texts.get(entry) ?? "" }, (name, from) => {
    const file = importCandidates(name, from, importPaths).find((candidate) => texts.has(candidate));
    return file === undefined ? undefined : { file, text: texts.get(file) ?? "" };
  });
}
