// Every scenario, in the order in which it is printed.
import { engineScenarios } from "./engine.mjs";

export const scenarios = [...engineScenarios];
