// terahex.goToOffset: asks for an offset or an expression, shows while typing where it leads, and moves the cursor there.
import * as vscode from "vscode";
import { formatExact } from "../../../../shared/formatNumber";
import { evaluateOffset, type OffsetAddresses } from "../../../../shared/offsetExpression";
import { hexOffset } from "../binaryDocument";
import { activeSession, type CommandServices } from "./services";

function promptFor(addresses: OffsetAddresses | undefined): string {
  if (addresses === undefined) return vscode.l10n.t("Such as 4096, 0x1000, +16, -16, end-512, 0x1000+4*16, 50%, 2G");
  const name = addresses.programs?.at(-1)?.names[0];
  if (name === undefined)
    return vscode.l10n.t("Such as 0x1000, +16, end-512, 50%, rva:0x1000, va:0x140001000, section:.text+0x20");
  return vscode.l10n.t(
    "Such as 0x1000, +16, va:0x100001000 (of the program at the cursor), {0}:va:0x100001000, {0}:section:__text",
    name,
  );
}

export async function goToOffset(services: CommandServices): Promise<void> {
  const session = activeSession(services);
  if (!session) return;
  const { selection } = session;
  const addresses = (await services.sections.get()).addressesOf(session.document);
  const evaluate = (text: string) => {
    const { size } = session.document.state();
    const result = evaluateOffset(text, {
      cursor: selection.focus,
      size,
      ...(addresses !== undefined && { addresses }),
    });
    // The end itself is an offset, but there is no byte to put a cursor on.
    return result.ok ? Math.min(result.offset, Math.max(0, size - 1)) : result.message;
  };
  const text = await services.dialogs().input({
    title: vscode.l10n.t("Go to Offset"),
    prompt: promptFor(addresses),
    value: "",
    check: (typed) => {
      if (typed.trim() === "") return { ok: true, message: "" };
      const target = evaluate(typed);
      if (typeof target === "string") return { ok: false, message: target };
      return { ok: true, message: vscode.l10n.t("{0} = {1}", hexOffset(target), formatExact(target)) };
    },
  });
  if (text === undefined || text.trim() === "") return;
  const target = evaluate(text);
  if (typeof target === "string") services.dialogs().warn(target);
  else session.select({ anchor: target, focus: target, column: selection.column });
}
