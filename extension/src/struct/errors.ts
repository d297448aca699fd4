// The errors of a template and of reading through one. Each has a class name that tools match on (terahex struct --json).
// Knows nothing of files, nodes or YAML. Pure.

export type ErrorName =
  | "EndOfStreamError"
  | "ValidationNotEqualError"
  | "ValidationLessThanError"
  | "ValidationGreaterThanError"
  | "ValidationNotAnyOfError"
  | "ValidationNotInEnumError"
  | "ValidationExprError"
  | "UndecidedEndiannessError"
  | "ConversionError"
  | "TemplateError"
  | "LimitError"
  | "IndexError"
  | "DivisionByZeroError"
  | "RangeError"
  | "NullError"
  | "TypeError"
  | "CycleError"
  | "EncodingError"
  | "ProcessError"
  | "NotSupportedError"
  | "ReadError";

/** A field, expression or stream that could not be read. `className` is the contract; the message is for people. */
export class StructError extends Error {
  constructor(
    readonly className: ErrorName,
    message: string,
  ) {
    super(message);
    this.name = className;
  }
}

export function endOfStream(requested: number, available: number): StructError {
  return new StructError(
    "EndOfStreamError",
    `requested ${requested} bytes, but only ${Math.max(0, available)} bytes available`,
  );
}

export function limit(message: string): StructError {
  return new StructError("LimitError", message);
}

/** Thrown through everything when the source changed under a read: the session starts over with fresh caches. */
export class SourceChanged extends Error {}

/** One fault of a template: where it stands in the file and in the YAML tree. */
export interface TemplateProblem {
  readonly severity: "error" | "warning";
  readonly message: string;
  /** As given to the loader: a file name for people. */
  readonly file: string;
  /** YAML path, `/seq/0/type`. */
  readonly at: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
}

/** A template that cannot be used. Carries every problem found, errors before warnings. */
export class TemplateError extends StructError {
  readonly at: string;
  readonly file: string;
  constructor(readonly problems: readonly TemplateProblem[]) {
    const first = problems.find((problem) => problem.severity === "error") ?? problems[0];
    super("TemplateError", first === undefined ? "unusable template" : `${first.at}: ${first.message}`);
    this.at = first?.at ?? "/";
    this.file = first?.file ?? "";
  }
}

/** What a thrown value means to a field: our own errors as they are, an exhausted stack as a limit; the rest is a fault of ours. */
export function asStructError(thrown: unknown): StructError {
  if (thrown instanceof StructError) return thrown;
  if (thrown instanceof RangeError && /call stack/i.test(thrown.message)) return limit("nested too deeply");
  if (thrown instanceof RangeError && /BigInt|Array buffer|array length|string length/i.test(thrown.message)) {
    return limit(thrown.message);
  }
  throw thrown;
}
