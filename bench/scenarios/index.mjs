// Every scenario, in the order in which it is printed.
import { editorScenarios } from "./editor.mjs";
import { engineScenarios } from "./engine.mjs";

export const scenarios = [...engineScenarios, ...editorScenarios];
