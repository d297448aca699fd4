// Every scenario, in the order in which it is printed.
import { editorScenarios } from "./editor.mjs";
import { editorStructScenarios } from "./editorStruct.mjs";
import { engineScenarios } from "./engine.mjs";
import { nativeScenarios } from "./native.mjs";
import { scanScenarios } from "./scan.mjs";
import { structScenarios } from "./struct.mjs";

export const scenarios = [
  ...nativeScenarios,
  ...engineScenarios,
  ...scanScenarios,
  ...structScenarios,
  ...editorScenarios,
  ...editorStructScenarios,
];
