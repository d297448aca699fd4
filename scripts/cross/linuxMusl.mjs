// Alpine on 64-bit Intel: its native tests run here as they are (lib/musl.mjs).
import { muslCommands } from "../lib/musl.mjs";

/** @type {import("../lib/crossTools.mjs").Platform} */
export const platform = {
  name: "linux-musl",
  programs: ["make"],
  debianPackages: ["make"],
  commands: () => muslCommands({ variant: "linux-musl", target: "alpine-x64" }),
};
