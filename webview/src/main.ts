// The start of every page: constructs and opens, no logic.
import "./css/main.css";
import "./css/tree.css";
import "./css/find.css";
import "./css/bookmarks.css";
import "./css/compare.css";
import "./css/sections.css";
import "./css/overview.css";
import "./css/stats.css";
import "./css/pixels.css";
import { ComparePage } from "./comparePage";
import { keepFocus } from "./focusKeeperView";
import { holdKeysBehindEdits } from "./heldKeysView";
import { HostClient } from "./hostClient";
import { buildPage } from "./pageView";
import { buildPixelsPage } from "./pixelsPage";
import { isPixelsState } from "./pixelsRaw";
import { buildStatsPage } from "./statsPage";
import { buildSectionsPage } from "./sectionsPage";
import { buildStructPage } from "./structPage";

const { page } = document.documentElement.dataset;
const client = new HostClient();
holdKeysBehindEdits(client);
keepFocus();
if (page === "struct") buildStructPage(client);
else if (page === "sections") buildSectionsPage(client);
else if (page === "stats") void buildStatsPage(client).open();
else if (page === "compare") void new ComparePage(client).open();
// After a reload of the window VS Code asks for the document's page, and keeps what the one before it was.
else if (isPixelsState(client.readState())) void buildPixelsPage(client).open();
else void buildPage(client).open();
