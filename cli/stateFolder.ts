// Where journals and spill files of the command line live: the user's state folder, which survives a reboot.
import os from "node:os";
import path from "node:path";

/** @see XDG Base Directory Specification: relative values are to be ignored. */
export function stateFolder(environment: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  const home = os.homedir();
  switch (platform) {
    case "win32":
      return path.join(absolute(environment["LOCALAPPDATA"]) ?? path.join(home, "AppData", "Local"), "terahex");
    case "darwin":
      return path.join(home, "Library", "Application Support", "terahex");
    default:
      return path.join(absolute(environment["XDG_STATE_HOME"]) ?? path.join(home, ".local", "state"), "terahex");
  }
}

function absolute(folder: string | undefined): string | undefined {
  return folder !== undefined && path.isAbsolute(folder) ? folder : undefined;
}
