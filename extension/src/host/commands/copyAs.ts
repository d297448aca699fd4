// terahex.copyAs: asks for a format and copies the selection in it.
import * as vscode from "vscode";
import type { CopyFormat } from "../../../../shared/protocol";
import { runInView } from "./viewCommands";
import { activeSession, type CommandServices } from "./services";

export async function copyAs(services: CommandServices): Promise<void> {
  if (!activeSession(services)) return;
  const formats: readonly (vscode.QuickPickItem & { readonly format: CopyFormat })[] = [
    { format: "hex", label: vscode.l10n.t("Hex"), description: "de ad be ef" },
    { format: "text", label: vscode.l10n.t("Text"), description: "UTF-8" },
    { format: "c-array", label: vscode.l10n.t("C Array"), description: "0xde, 0xad, 0xbe, 0xef" },
    { format: "base64", label: vscode.l10n.t("Base64"), description: "3q2+7w==" },
    { format: "hexdump", label: vscode.l10n.t("Hexdump"), description: "hexdump -C" },
  ];
  const picked = await services.dialogs().pick(vscode.l10n.t("Copy as"), formats);
  const format = formats.find(({ label }) => label === picked)?.format;
  if (format !== undefined) runInView(services, { copyAs: format });
}
