// What the host asks of the interpreter, wherever that runs: each question is bounded in time, can be cancelled, and reads
// nothing that it does not need. Answers carry the version of the document that they belong to.
import type {
  StructChildren,
  StructFieldEditor,
  StructProgress,
  StructRow,
  StructTrail,
  TemplateDiagnostic,
} from "../../../shared/structTree";

/** A template and everything that it may import: absolute names begin with "/". */
export interface TemplateFiles {
  readonly entry: string;
  /** File -> its text. */
  readonly texts: ReadonlyMap<string, string>;
  /** Where absolute imports are looked up, in order: folders of the keys of `texts`. */
  readonly importPaths: readonly string[];
}

export interface StructEdit {
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** `contents` and `valid` of the template that the new value would break. */
  readonly warnings: readonly string[];
}

export interface StructService {
  /** The root row, or why the template cannot be used (then every other question fails). */
  load(
    files: TemplateFiles,
  ): Promise<{ readonly root?: StructRow; readonly diagnostics: readonly TemplateDiagnostic[] }>;
  /** @param from index of the first child @param count at most MAX_ROWS */
  children(path: string, from: number, count: number, signal?: AbortSignal): Promise<StructChildren>;
  row(path: string, signal?: AbortSignal): Promise<StructRow>;
  /** The innermost node over this byte of the file, among what can be found without long reading. */
  reveal(offset: number, signal?: AbortSignal): Promise<StructTrail | undefined>;
  field(path: string, signal?: AbortSignal): Promise<StructFieldEditor>;
  /** @throws StructError with the reason when the text is no value that fits there */
  encode(path: string, text: string, signal?: AbortSignal): Promise<StructEdit>;
  /** The subtree as `terahex struct --json` prints it. */
  json(path: string, signal?: AbortSignal): Promise<string>;
  /** Counting elements of a large array in the background: for a progress display. Answers how to stop listening. */
  onProgress(listener: (progress: StructProgress) => void): () => void;
  /** Stops counting for that row, or for all of them, until a template is loaded. */
  stopCounting(path?: string): void;
  dispose(): void;
}
