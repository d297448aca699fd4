// Every scenario, in the order in which it is printed.
import { editorScenarios } from "./editor.mjs";
import { editorStructScenarios } from "./editorStruct.mjs";
import { engineScenarios } from "./engine.mjs";
import { nativeScenarios } from "./native.mjs";
import { pixelsScenarios } from "./pixels.mjs";
import { scanScenarios } from "./scan.mjs";
import { sectionsScenarios } from "./sections.mjs";
import { structScenarios } from "./struct.mjs";

export const scenarios = [
  ...nativeScenarios,
  ...engineScenarios,
  ...scanScenarios,
  ...structScenarios,
  ...sectionsScenarios,
  ...editorScenarios,
  ...editorStructScenarios,
  ...pixelsScenarios,
];
