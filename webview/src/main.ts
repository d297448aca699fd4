// The start of the editor's page: constructs and opens, no logic.
import "./css/main.css";
import { HostClient } from "./hostClient";
import { buildPage } from "./pageView";

void buildPage(new HostClient()).open();
