// As much of VS Code's API as host modules need that are tested without it. Import it before them.
import Module from "node:module";

/** An address without query or fragment. */
class Uri {
  private constructor(
    readonly scheme: string,
    readonly path: string,
  ) {}
  static file(path: string): Uri {
    return new Uri("file", path);
  }
  static parse(value: string, strict = false): Uri {
    const [, scheme, path] = /^(?:([a-z][a-z0-9+.-]*):)?(.*)$/is.exec(value) ?? [];
    if (scheme === undefined && strict) throw new Error(`Scheme is missing: ${value}`);
    return new Uri(scheme ?? "file", (path ?? "").replace(/^\/\/(?=\/)/, ""));
  }
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    return this.scheme === "file" ? `file://${this.path}` : `${this.scheme}:${this.path}`;
  }
}

/** Whoever listens hears nothing. */
class EventEmitter {
  readonly event = () => ({ dispose: () => undefined });
  fire(): void {}
  dispose(): void {}
}

class ThemeIcon {
  constructor(
    readonly id: string,
    readonly color?: ThemeColor,
  ) {}
}

class ThemeColor {
  constructor(readonly id: string) {}
}

const stub = {
  Uri,
  EventEmitter,
  ThemeIcon,
  ThemeColor,
  env: { language: "en" },
  extensions: { getExtension: () => undefined },
  commands: { executeCommand: () => Promise.resolve() },
  l10n: { t: (message: string) => message },
  workspace: {
    asRelativePath: (uri: Uri) => uri.path,
    getConfiguration: () => ({ get: () => undefined }),
  },
};

const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
const load = loader._load;
loader._load = function (request, ...rest) {
  return request === "vscode" ? stub : load.call(this, request, ...rest);
};
