// The table of commands: names as in package.json, each with its handler. Registers them and holds no logic.
import * as vscode from "vscode";
import { RETRY_COMMAND } from "../binaryEditorProvider";
import { HostError } from "../errors";
import { BOOKMARK_COMMANDS, runBookmarks } from "./bookmarkCommands";
import { COMPARE_COMMANDS } from "./compareCommands";
import { addressColumn } from "./addressColumn";
import { copyAs } from "./copyAs";
import { exportSelection } from "./exportSelection";
import { fillSelection } from "./fillSelection";
import { FIND_COMMANDS, runInFindBar } from "./findCommands";
import { goToOffset } from "./goToOffset";
import { insertBytes } from "./insertBytes";
import { showKept } from "./keptCommands";
import { armLive, toggleLive } from "./liveCommands";
import { openWith } from "./openWith";
import { PATCH_COMMANDS } from "./patchCommands";
import { saveChanges } from "./saveChanges";
import { selectRange } from "./selectRange";
import { showSections } from "./showSections";
import type { CommandServices } from "./services";
import { showPixels } from "./showPixels";
import { runInTree, STRUCT_COMMANDS, toggleStructTree } from "./structCommands";
import { chooseTemplate, newTemplate, previewTemplate } from "./templateCommands";
import { hashBytes, showStatistics, toggleOverview } from "./measureCommands";
import { toggleInspector } from "./toggleInspector";
import { COPY_COMMANDS, runInView } from "./viewCommands";

export function registerCommands(services: CommandServices): vscode.Disposable {
  const handlers: Readonly<Record<string, (...args: unknown[]) => unknown>> = {
    "terahex.openWith": (clicked, selected) => openWith(services, clicked, selected),
    "terahex.goToOffset": () => goToOffset(services),
    "terahex.selectRange": () => selectRange(services),
    "terahex.selectAll": () => runInView(services, "selectAll"),
    "terahex.copy": () => runInView(services, "copy"),
    "terahex.cut": () => runInView(services, "cut"),
    "terahex.paste": () => runInView(services, "paste"),
    "terahex.deleteSelection": () => runInView(services, "deleteSelection"),
    "terahex.fillSelection": () => fillSelection(services),
    "terahex.insertBytes": () => insertBytes(services),
    "terahex.toggleInsertMode": () => runInView(services, "toggleMode"),
    "terahex.saveChanges": () => saveChanges(services),
    "terahex.showKept": () => showKept(services),
    "terahex.toggleLive": () => toggleLive(services),
    "terahex.armLive": () => armLive(services),
    "terahex.copyAs": () => copyAs(services),
    "terahex.exportSelection": () => exportSelection(services),
    "terahex.toggleInspector": () => toggleInspector(services),
    "terahex.showPixels": () => showPixels(services, false),
    "terahex.showAsPixels": () => showPixels(services, true),
    "terahex.toggleOverview": () => toggleOverview(services),
    "terahex.hash": () => hashBytes(services),
    "terahex.statistics": () => showStatistics(services),
    "terahex.addressColumn": () => addressColumn(services),
    "terahex.showSections": () => showSections(),
    "terahex.toggleStructTree": () => toggleStructTree(services),
    ...Object.fromEntries(
      Object.entries(STRUCT_COMMANDS).map(([name, command]) => [
        name,
        (clicked: unknown) => runInTree(services, command, clicked),
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(FIND_COMMANDS).map(([name, command]) => [name, () => runInFindBar(services, command)]),
    ),
    ...Object.fromEntries(
      Object.entries(BOOKMARK_COMMANDS).map(([name, run]) => [name, () => runBookmarks(services, run)]),
    ),
    ...Object.fromEntries(Object.entries(PATCH_COMMANDS).map(([name, run]) => [name, () => run(services)])),
    ...Object.fromEntries(
      Object.entries(COMPARE_COMMANDS).map(([name, run]) => [
        name,
        (clicked: unknown, selected: unknown) => run(services, clicked, selected),
      ]),
    ),
    "terahex.chooseTemplate": () => chooseTemplate(services),
    "terahex.newTemplate": () => newTemplate(services),
    "terahex.previewTemplate": () => previewTemplate(services),
    [RETRY_COMMAND]: (uri) => (typeof uri === "string" ? services.provider.retry(uri) : undefined),
    ...Object.fromEntries(
      Object.entries(COPY_COMMANDS).map(([name, format]) => [name, () => runInView(services, { copyAs: format })]),
    ),
  };
  const registered = Object.entries(handlers).map(([name, run]) =>
    vscode.commands.registerCommand(name, async (...args: unknown[]) => {
      try {
        return await run(...args);
      } catch (error) {
        // VS Code would call it an error of the command.
        if (error instanceof HostError) return services.dialogs().warn(error.message);
        throw error;
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}
