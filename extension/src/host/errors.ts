// Turns what went wrong into a code for the webview and a sentence for the person. Knows no document.
import { l10n } from "vscode";
import type { ErrorCode } from "../../../shared/protocol";
import type { Failure } from "../../../shared/rpc";

/** An error whose message was written for the person. */
export class HostError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
    this.name = "HostError";
  }
}

const CODES = {
  "not-found": () => l10n.t("There is no such file any more."),
  "access-denied": () => l10n.t("You have no permission for it."),
  "read-only": () => l10n.t("It is read-only."),
  "not-a-file": () => l10n.t("It is a folder, a pipe or a socket: nothing with bytes at offsets."),
  exists: () => l10n.t("It exists already."),
  "out-of-range": () => l10n.t("That is outside of the file."),
  "invalid-argument": () => l10n.t("The system refused the request as invalid."),
  vanished: () => l10n.t("The bytes vanished: the file was cut short or its device is gone."),
  changed: () => l10n.t("Another program has changed the file."),
  io: () => l10n.t("The device reported an error."),
  "no-space": () => l10n.t("The disk is full."),
  quota: () => l10n.t("Your disk quota is used up."),
  busy: () => l10n.t("Another operation is still under way."),
  closed: () => l10n.t("The document has been closed."),
  cancelled: () => l10n.t("Cancelled."),
  unsupported: () => l10n.t("This is not possible here."),
  "too-large": () => l10n.t("It is too large."),
  corrupt: () => l10n.t("The data is damaged."),
  "malformed-message": () => l10n.t("The editor's view sent a message that makes no sense."),
  internal: () => l10n.t("Something unforeseen went wrong."),
} satisfies Record<ErrorCode, () => string>;

export function codeOf(error: unknown): ErrorCode {
  const code: unknown = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined;
  return typeof code === "string" && Object.hasOwn(CODES, code) ? (code as ErrorCode) : "internal";
}

export function describeError(error: unknown): Failure {
  const code = codeOf(error);
  if (error instanceof HostError) return { code, message: error.message };
  const detail = error instanceof Error ? error.message : String(error);
  return { code, message: detail === "" ? CODES[code]() : `${CODES[code]()} (${detail})` };
}

export function isCode(error: unknown, code: ErrorCode): boolean {
  return codeOf(error) === code;
}
