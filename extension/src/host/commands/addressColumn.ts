// terahex.addressColumn: asks what stands in front of the rows of the active editor: offsets, or addresses of the program in it.
import * as vscode from "vscode";
import type { AddressColumnKind } from "../../../../shared/sectionsProtocol";
import { activeSession, type CommandServices } from "./services";

export async function addressColumn(services: CommandServices): Promise<void> {
  const session = activeSession(services);
  if (session === undefined) return;
  const program = (await services.sections.get()).shown(session.document);
  if (typeof program === "string") {
    services.dialogs().inform(program);
    return;
  }
  const columns: readonly (vscode.QuickPickItem & {
    readonly kind?: undefined;
    readonly column?: AddressColumnKind;
  })[] = [
    { label: vscode.l10n.t("File Offset") },
    { label: vscode.l10n.t("RVA"), description: vscode.l10n.t("relative to the image base"), column: "rva" },
    { label: vscode.l10n.t("VA"), description: vscode.l10n.t("from {0} on", program.base), column: "va" },
  ];
  const picked = await services.dialogs().pick(vscode.l10n.t("In front of Rows"), columns);
  const chosen = columns.find(({ label }) => label === picked);
  if (chosen === undefined) return;
  session.showAddresses(chosen.column);
}
