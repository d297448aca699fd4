// The start of both pages: constructs and opens, no logic.
import "./css/main.css";
import "./css/tree.css";
import "./css/find.css";
import { HostClient } from "./hostClient";
import { buildPage } from "./pageView";
import { buildStructPage } from "./structPage";

if (document.documentElement.dataset["page"] === "struct") buildStructPage(new HostClient());
else void buildPage(new HostClient()).open();
