// What a person has said of single files, by address, in the workspace's own storage; of the files said longest ago it is
// forgotten first. It goes along where VS Code renames or moves a file, or a folder above it. Extension host's main thread.
import * as vscode from "vscode";

const MOST_FILES = 500;

type Entry<T> = readonly [file: string, value: T];

export class FileMemory<T> implements vscode.Disposable {
  private readonly moved = new vscode.EventEmitter<ReadonlySet<string>>();
  /** Under these addresses, as URI.toString() spells them, something is known now that was known under others. */
  readonly onDidMove = this.moved.event;
  private readonly renames: vscode.Disposable;

  /** @param key what is known is JSON under this name of `memento` */
  constructor(
    private readonly memento: vscode.Memento,
    private readonly key: string,
  ) {
    this.renames = vscode.workspace.onDidRenameFiles(({ files }) => void this.move(files));
  }

  /** undefined: nothing was said. */
  get(file: vscode.Uri): T | undefined {
    return this.all().find(([name]) => name === file.toString())?.[1];
  }

  /** @param value undefined: forget it */
  async set(file: vscode.Uri, value: T | undefined): Promise<void> {
    const name = file.toString();
    const others = this.all().filter(([other]) => other !== name);
    await this.write(value === undefined ? others : [...others, [name, value]]);
  }

  dispose(): void {
    this.renames.dispose();
    this.moved.dispose();
  }

  private async move(files: readonly { readonly oldUri: vscode.Uri; readonly newUri: vscode.Uri }[]): Promise<void> {
    const places = files.map(({ oldUri, newUri }) => ({ from: oldUri.toString(), to: newUri.toString() }));
    const movedFrom = new Map<string, T>();
    const stays = this.all().filter(([name, value]) => {
      const place = places.find(({ from }) => name === from || name.startsWith(`${from}/`));
      if (place !== undefined) movedFrom.set(place.to + name.slice(place.from.length), value);
      return place === undefined;
    });
    if (movedFrom.size === 0) return;
    // What was known of a file that was replaced is gone with it.
    const others = stays.filter(([name]) => !movedFrom.has(name));
    const written = this.write([...others, ...movedFrom]);
    this.moved.fire(new Set(movedFrom.keys()));
    await written;
  }

  private all(): readonly Entry<T>[] {
    return this.memento.get<readonly Entry<T>[]>(this.key, []);
  }

  private async write(entries: readonly Entry<T>[]): Promise<void> {
    await this.memento.update(this.key, entries.slice(-MOST_FILES));
  }
}
