// The requests that a page may not make: every kind that it has no handler for. Knows no kind by name.
import * as vscode from "vscode";
import type { RequestHandlers } from "../../../shared/rpc";
import { HostError } from "./errors";

/** @param handlers of the requests that this page makes */
export function refuseOthers(handlers: Partial<RequestHandlers>): RequestHandlers {
  const refuse = (): Promise<never> =>
    Promise.reject(new HostError("unsupported", vscode.l10n.t("This is not possible here.")));
  return new Proxy(handlers, {
    get: (known, type) => (type in known ? known[type as keyof RequestHandlers] : refuse),
  }) as RequestHandlers;
}
