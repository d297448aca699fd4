// The start of a picture's page: constructs and opens, no logic. It stands within the page's HTML (see pixelsHtml.ts of the host).
import "./css/main.css";
import "./css/pixels.css";
import { keepFocus } from "./focusKeeperView";
import { holdKeysBehindEdits } from "./heldKeysView";
import { HostClient } from "./hostClient";
import { buildPixelsPage } from "./pixelsPage";

const client = new HostClient();
holdKeysBehindEdits(client);
keepFocus();
void buildPixelsPage(client).open();
