// The start of both pages: constructs and opens, no logic.
import "./css/main.css";
import "./css/tree.css";
import "./css/find.css";
import "./css/compare.css";
import "./css/sections.css";
import "./css/overview.css";
import "./css/stats.css";
import "./css/pixels.css";
import { ComparePage } from "./comparePage";
import { HostClient } from "./hostClient";
import { buildPage } from "./pageView";
import { buildPixelsPage } from "./pixelsPage";
import { buildStatsPage } from "./statsPage";
import { buildSectionsPage } from "./sectionsPage";
import { buildStructPage } from "./structPage";

const page = document.documentElement.dataset["page"];
if (page === "struct") buildStructPage(new HostClient());
else if (document.documentElement.dataset["page"] === "sections") buildSectionsPage(new HostClient());
else if (page === "stats") void buildStatsPage(new HostClient()).open();
else if (page === "compare") void new ComparePage(new HostClient()).open();
else if (page === "pixels") void buildPixelsPage(new HostClient()).open();
else void buildPage(new HostClient()).open();
