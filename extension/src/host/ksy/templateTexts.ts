// Where the language services of .ksy files find texts: open editors first, then the disk. Extension host's main thread.
import type * as vscode from "vscode";
import type { Loader, SourceFile } from "../../struct/ksy/load";
import { importCandidates } from "../../struct/recognise/gather";
import type { LazyTemplates } from "../templates/lazyTemplates";
import { keyOf, type TemplateLibrary } from "../templates/templateLibrary";

export class TemplateTexts {
  constructor(private readonly templates: LazyTemplates) {}

  /** undefined: a document of some place that templates are not read from. */
  async of(document: vscode.TextDocument): Promise<{ source: SourceFile; loader: Loader } | undefined> {
    const file = keyOf(document.uri);
    if (file === undefined) return undefined;
    const { library } = await this.templates.get();
    return { source: { file, text: document.getText() }, loader: loaderOf(library) };
  }
}

function loaderOf(library: TemplateLibrary): Loader {
  return (name, from) => {
    for (const file of importCandidates(name, from, library.importPaths)) {
      const text = library.text(file);
      if (text !== undefined) return { file, text };
    }
    return undefined;
  };
}
