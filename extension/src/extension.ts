// activate(): constructs and registers, no logic. The native core is loaded when the first file is opened, not here.
import * as vscode from "vscode";
import { loadAddon } from "./engine/loadAddon";
import type { KeptBookmark } from "./host/bookmarks/bookmarks";
import { BinaryEditorProvider, VIEW_TYPE } from "./host/binaryEditorProvider";
import { registerCommands } from "./host/commands/register";
import { vscodeDialogs } from "./host/notify";
import { serveKsyFiles } from "./host/ksy/lazyKsy";
import { FileMemory } from "./host/fileMemory";
import { Lazy } from "./host/lazy";
import { LiveStatus } from "./host/liveStatus";
import { LazyPixels } from "./host/pixels/lazyPixels";
import { Settings } from "./host/settings";
import { SectionsView } from "./host/sections/sectionsView";
import { StructView } from "./host/struct/structView";
import { StatusBar } from "./host/statusBar";
import { LazyTemplates } from "./host/templates/lazyTemplates";
import { testApi, type Replaceable, type TestApi } from "./host/testApi";

export function activate(context: vscode.ExtensionContext): TestApi | undefined {
  const inUse: Replaceable = { dialogs: vscodeDialogs, loadEngine: loadAddon };
  const dialogs = () => inUse.dialogs;
  const log = vscode.window.createOutputChannel("Terahex", { log: true });
  context.subscriptions.push(log);
  const settings = new Settings(context.globalState);
  context.subscriptions.push(settings);
  // Global: a file may be opened from any workspace, and its journal must be found from every one.
  const storageFolder = context.globalStorageUri.fsPath;
  const loadEngine = () => inUse.loadEngine();
  const chosenTemplates = new FileMemory<string | null>(context.workspaceState, "terahex.templates");
  context.subscriptions.push(chosenTemplates);
  const templates: LazyTemplates = new LazyTemplates(async () => {
    const { Templates } = await import("./host/templates/templates");
    return new Templates({
      extension: context.extensionUri,
      memory: chosenTemplates,
      dialogs,
      sessionsOf: (document) => provider.sessionsOf(document),
      showTree: () => settings.remember({ structTree: true }),
    });
  });
  context.subscriptions.push(templates, serveKsyFiles(templates));
  const structs = new Lazy(async () => {
    const { openStructs } = await import("./host/struct/openStructs");
    return openStructs({ extension: context, dialogs, log, choice: await templates.get() });
  });
  context.subscriptions.push(structs);
  const sections = new Lazy(async () => {
    const { Sections } = await import("./host/sections/sections");
    return new Sections();
  });
  context.subscriptions.push(sections);
  const finder = new Lazy(async () => {
    const { Finder } = await import("./host/search/finder");
    return new Finder({ memento: context.globalState, dialogs });
  });
  context.subscriptions.push(finder);
  const pixels = new LazyPixels();
  context.subscriptions.push(pixels);
  const measures = new Lazy(async () => {
    const { Measures } = await import("./host/measure/measures");
    return new Measures();
  });
  context.subscriptions.push(measures);
  const keptBookmarks = new FileMemory<readonly KeptBookmark[]>(context.workspaceState, "terahex.bookmarks");
  context.subscriptions.push(keptBookmarks);
  const bookmarks = new Lazy(async () => {
    const { Bookmarks } = await import("./host/bookmarks/bookmarks");
    return new Bookmarks({ memory: keptBookmarks, pagesOf: (document) => provider.sessionsOf(document) });
  });
  context.subscriptions.push(bookmarks);
  const provider: BinaryEditorProvider = new BinaryEditorProvider({
    extension: context.extensionUri,
    storage: context.globalStorageUri,
    storageFolder,
    loadEngine,
    settings,
    dialogs,
    log,
    structs,
    sections,
    measures,
    pixels,
    finder,
    bookmarks,
  });
  context.subscriptions.push(provider);
  context.subscriptions.push(
    vscode.window.registerCustomEditorProvider(VIEW_TYPE, provider, {
      supportsMultipleEditorsPerDocument: true,
      // A hidden editor gives its page back, some tens of MB each: all state of the document is in the engine, the session
      // remembers the cursor, and rows are on screen again within one round trip.
      webviewOptions: { retainContextWhenHidden: false },
    }),
  );
  context.subscriptions.push(
    vscode.window.registerWebviewPanelSerializer("terahex.compare", {
      deserializeWebviewPanel: (panel, kept: unknown) => provider.restoreComparison(panel, kept),
    }),
  );
  const structView = new StructView({ extension: context.extensionUri, provider, log }, structs);
  context.subscriptions.push(structView);
  context.subscriptions.push(new SectionsView({ extension: context.extensionUri, provider, log }, sections, settings));
  context.subscriptions.push(new StatusBar(provider));
  context.subscriptions.push(new LiveStatus(provider));
  context.subscriptions.push(
    registerCommands({
      provider,
      settings,
      dialogs,
      templates,
      structView,
      sections,
      measures,
      bookmarks,
      memento: context.globalState,
      extension: context.extensionUri,
      storageFolder,
    }),
  );
  return context.extensionMode === vscode.ExtensionMode.Test
    ? testApi({ provider, templates, bookmarks }, inUse)
    : undefined;
}
