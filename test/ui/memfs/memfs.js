// A file system in the memory of the web extension host, for the UI test of the browser's build. One file only says that it is
// large.
"use strict";
const vscode = require("vscode");

const pattern = Uint8Array.from({ length: 100_000 }, (_, at) => (at * 7 + (at >> 8)) % 256);
const files = new Map([
  ["/small.bin", { bytes: new TextEncoder().encode("0123456789 needle in a small file"), mtime: 1 }],
  ["/pattern.bin", { bytes: pattern, mtime: 1 }],
  ["/large.bin", { bytes: new Uint8Array(0), mtime: 1, size: 300 * 1024 * 1024 }],
]);
const changed = new vscode.EventEmitter();

function found(uri) {
  const file = files.get(uri.path);
  if (file === undefined) throw vscode.FileSystemError.FileNotFound(uri);
  return file;
}

exports.activate = (context) => {
  const provider = {
    onDidChangeFile: changed.event,
    watch: () => new vscode.Disposable(() => undefined),
    stat: (uri) => {
      if (uri.path === "/") return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
      const { bytes, mtime, size = bytes.length } = found(uri);
      return { type: vscode.FileType.File, ctime: 0, mtime, size };
    },
    readDirectory: () => [...files.keys()].map((path) => [path.slice(1), vscode.FileType.File]),
    readFile: (uri) => found(uri).bytes,
    writeFile: (uri, bytes) => {
      const { mtime } = files.get(uri.path) ?? { mtime: 0 };
      files.set(uri.path, { bytes: bytes.slice(), mtime: mtime + 1 });
      changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    },
    createDirectory: () => undefined,
    delete: (uri) => void files.delete(uri.path),
    rename: (from, to) => {
      files.set(to.path, found(from));
      files.delete(from.path);
    },
  };
  context.subscriptions.push(vscode.workspace.registerFileSystemProvider("memfs", provider, { isCaseSensitive: true }));
};
