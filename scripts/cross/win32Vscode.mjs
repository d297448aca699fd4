// VS Code on 64-bit Windows, as far as Wine goes: the editor tests in a real extension host on Windows' own Node, with drives,
// backslashes, Windows' file watcher and the addon for Windows. The page that shows it is this machine's Chromium.
import { inRoot } from "../lib/paths.mjs";
import { addonCommand, windowsTools } from "./win32.mjs";

const unfitForWine = [
  // Wine 8 tells no holes, and needs long for each view of a file of terabytes.
  ...["at the end of 8 TiB", "overview of 8 TiB", "random reads of 8 TiB"],
  // It makes no symbolic links, and a file that somebody has open is neither replaced nor gone when it is deleted.
  ...[
    "symbolic link",
    "file is replaced",
    "it is replaced",
    "left alone while the process",
    "keeps mine when the person",
  ],
  ...["DL-10", "deleted file that comes back", "when it is deleted", "not overtaken by the file"],
  // The same on each system, and a minute or more of Wine's.
  "a million pieces",
  // There is no git for it, and VS Code's search of files wants a newer one.
  ...["revision of git", "comes from the workspace"],
];

const args = [inRoot("scripts/runEditorTests.mjs"), ...["--host", "windows", "--except", unfitForWine.join("|")]];

/** @type {import("../lib/crossTools.mjs").Platform} */
export const platform = {
  name: "win32-x64-vscode",
  onlyByName: true,
  ...windowsTools,
  commands: () => [
    addonCommand("win32-x64-vscode-addon"),
    {
      label: "win32-x64-vscode",
      program: process.execPath,
      args,
      again: (files) => [...args, "--no-build", "--files", files.join(",")],
      limitS: 1800,
    },
  ],
};
