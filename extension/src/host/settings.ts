// What the person set: settings of VS Code, and toggles that the extension remembers by itself. Knows no document.
import * as vscode from "vscode";
import type { EditMode, PaneSizes, ViewSettings } from "../../../shared/protocol";
import { bytesPerRowOf, editModeOf } from "../../../shared/validate";

const SECTION = "terahex";
const BYTES_PER_ROW = "bytesPerRow";
const DEFAULT_MODE = "defaultMode";
const INSPECTOR_KEY = "terahex.inspector";
const OVERVIEW_KEY = "terahex.overview";
const STRUCT_TREE_KEY = "terahex.structTree";
const PANES_KEY = "terahex.panes";

export class Settings implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<ViewSettings>();
  readonly onDidChange = this.changed.event;
  private readonly subscription = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${SECTION}.${BYTES_PER_ROW}`)) this.changed.fire(this.view);
  });

  constructor(private readonly memento: vscode.Memento) {}

  get view(): ViewSettings {
    const panes = this.memento.get<PaneSizes>(PANES_KEY);
    return {
      bytesPerRow: bytesPerRowOf(vscode.workspace.getConfiguration(SECTION).get(BYTES_PER_ROW)),
      inspector: this.memento.get(INSPECTOR_KEY, true),
      structTree: this.memento.get(STRUCT_TREE_KEY, false),
      overview: this.memento.get(OVERVIEW_KEY, false),
      ...(panes === undefined ? {} : { panes }),
    };
  }

  /** Of panels that open from now on. */
  get defaultMode(): EditMode {
    return editModeOf(vscode.workspace.getConfiguration(SECTION).get(DEFAULT_MODE));
  }

  /** Every editor shows the inspector, or none, and so the tree: `settings` notices follow. Sizes are for editors to come. */
  async remember(shown: {
    readonly inspector?: boolean;
    readonly structTree?: boolean;
    readonly overview?: boolean;
    readonly panes?: PaneSizes;
  }): Promise<void> {
    if (shown.panes !== undefined) await this.memento.update(PANES_KEY, shown.panes);
    const before = this.view;
    const { inspector = before.inspector, structTree = before.structTree, overview = before.overview } = shown;
    const same = inspector === before.inspector && structTree === before.structTree && overview === before.overview;
    if (same) return;
    await this.memento.update(INSPECTOR_KEY, inspector);
    await this.memento.update(STRUCT_TREE_KEY, structTree);
    await this.memento.update(OVERVIEW_KEY, overview);
    this.changed.fire(this.view);
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }
}
