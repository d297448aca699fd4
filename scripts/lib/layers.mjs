// Who may import whom: the one table behind check:layers and behind the import rule of eslint.config.mjs.
// Pure: works on paths and texts, so that its tests need no files. Knows nothing of how files are found.

/** The rooms, each with the folder (or file) that is it, what it may import, and what else it may name.
 *  A path belongs to the room with the longest matching prefix. */
const rooms = [
  { name: "shared", at: "shared/", imports: [], packages: [] },
  { name: "native/binding", at: "native/binding/", imports: [], packages: [] },
  {
    name: "extension/src/engine",
    at: "extension/src/engine/",
    imports: ["shared", "native/binding"],
    packages: ["node:*", "node-gyp-build", "iconv-lite", "hash-wasm"],
  },
  {
    name: "extension/src/browser",
    at: "extension/src/browser/",
    imports: ["extension/src/engine"],
    packages: ["buffer"],
  },
  {
    name: "extension/src/struct",
    at: "extension/src/struct/",
    imports: ["shared", "extension/src/engine"],
    packages: ["node:*", "yaml", "fflate", "iconv-lite"],
  },
  {
    name: "extension/src/struct/worker",
    at: "extension/src/struct/worker/",
    imports: ["shared", "extension/src/engine", "extension/src/struct"],
    packages: ["node:*"],
  },
  {
    name: "extension/src/formats",
    at: "extension/src/formats/",
    imports: ["shared", "extension/src/engine", "extension/src/struct"],
    packages: ["node:*"],
  },
  {
    name: "extension/src/host",
    at: "extension/src/host/",
    imports: [
      "shared",
      "native/binding",
      "extension/src/engine",
      "extension/src/struct",
      "extension/src/struct/worker",
      "extension/src/formats",
    ],
    packages: ["node:*", "vscode"],
  },
  {
    name: "extension/src/extension.ts",
    at: "extension/src/extension.ts",
    imports: ["shared", "extension/src/engine", "extension/src/struct", "extension/src/formats", "extension/src/host"],
    packages: ["node:*", "vscode"],
  },
  {
    name: "cli",
    at: "cli/",
    imports: ["shared", "extension/src/engine", "extension/src/struct", "extension/src/formats"],
    packages: ["node:*", "commander", "jpeg-js"],
  },
  {
    name: "webview/src",
    at: "webview/src/",
    imports: ["shared"],
    packages: ["@vscode-elements/*", "@vscode/codicons"],
  },
];

/** Rooms that see the interface of the engine alone, and the files which that is. */
const interfaceOnly = new Map([["extension/src/struct", ["extension/src/engine/byteSource.ts"]]]);

/** The only file that talks to VS Code's side of the webview. */
const messengers = ["webview/src/hostClient.ts"];
/** Where the extension's side posts from: the face of one panel. */
const hostMessenger = "extension/src/host/";
/** Both ends of a thread: the interpreter's, the one that decodes pictures, and readers of a document without the addon. */
const threadMessengers = [
  "extension/src/struct/worker/",
  "extension/src/formats/bmp/worker/",
  "extension/src/engine/plain/sharedReader.ts",
];

const osHeaders =
  /^(sys\/.*|unistd\.h|fcntl\.h|signal\.h|csignal|setjmp\.h|csetjmp|ucontext\.h|dirent\.h|linux\/.*|windows\.h|winioctl\.h|io\.h|mach\/.*|copyfile\.h|pthread\.h|dlfcn\.h|poll\.h|errno\.h|cerrno)$/i;
const osMacros =
  /^\s*#\s*(if|ifdef|ifndef|elif)\b.*\b(_WIN32|_WIN64|__linux__|__APPLE__|__unix__|_MSC_VER|__MINGW32__)\b/;

/** @param {string} path from the checkout's root, with forward slashes */
export function roomOf(path) {
  return rooms.filter((room) => path.startsWith(room.at)).sort((a, b) => b.at.length - a.at.length)[0];
}

/** @param {string} from the importing file @param {string} specifier as written
 *  @returns {string | undefined} why this import is wrong; undefined when it is right, or when no room is concerned */
export function importFault(from, specifier) {
  const room = roomOf(from);
  if (room === undefined) return undefined;
  if (!specifier.startsWith(".")) return packageFault(room, specifier);
  const target = resolveRelative(from, specifier);
  const targetRoom = roomOf(target);
  if (targetRoom === room) return undefined;
  if (targetRoom === undefined) return `${room.name} may not import ${target}: it is in no room`;
  if (!room.imports.includes(targetRoom.name)) return `${room.name} may not import ${targetRoom.name}`;
  const allowed = interfaceOnly.get(room.name);
  if (
    allowed !== undefined &&
    targetRoom.name === "extension/src/engine" &&
    !allowed.some((file) => sameModule(file, target))
  ) {
    return `${room.name} may import only ${allowed.join(", ")} of the engine`;
  }
  return undefined;
}

/** @param {(typeof rooms)[number]} room @param {string} specifier */
function packageFault(room, specifier) {
  const fits = room.packages.some((name) =>
    name.endsWith("*")
      ? specifier.startsWith(name.slice(0, -1))
      : specifier === name || specifier.startsWith(`${name}/`),
  );
  return fits ? undefined : `${room.name} may not import "${specifier}"`;
}

/** @param {string} from @param {string} specifier */
function resolveRelative(from, specifier) {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** @param {string} file @param {string} target a module path, extension optional */
const sameModule = (file, target) => file === target || file.replace(/\.ts$/, "") === target;

const importPattern =
  /(?:^|[\s;])(?:import|export)\s+(?:[^"'`;]*?\sfrom\s*)?["']([^"']+)["']|\b(?:import|require)\s*\(\s*["']([^"']+)["']/g;
const includePattern = /^\s*#\s*include\s*[<"]([^>"]+)[>"]/;

/** @typedef {{ path: string, line: number, message: string }} LayerFault */

/** All faults of one source file.
 *  @param {string} path from the checkout's root, with forward slashes @param {string} text @returns {LayerFault[]} */
export function layerFaults(path, text) {
  if (/\.(ts|mts)$/.test(path)) return scriptFaults(path, text);
  if (/\.(cc|h)$/.test(path)) return nativeFaults(path, text);
  return [];
}

/** @param {string} path @param {string} text */
function scriptFaults(path, text) {
  /** @type {LayerFault[]} */
  const faults = [];
  const code = withoutComments(text);
  for (const match of code.matchAll(importPattern)) {
    const message = importFault(path, match[1] ?? match[2] ?? "");
    if (message !== undefined) faults.push({ path, line: lineOf(code, match.index), message });
  }
  for (const match of code.matchAll(/\bpostMessage\s*\(|\bacquireVsCodeApi\b/g)) {
    const posts = match[0].startsWith("postMessage");
    const mayPost = path.startsWith(hostMessenger) || threadMessengers.some((folder) => path.startsWith(folder));
    const allowed = messengers.includes(path) || (mayPost && posts);
    const message = `only ${messengers.join(", ")} and the host may post messages`;
    if (roomOf(path) !== undefined && !allowed) faults.push({ path, line: lineOf(code, match.index), message });
  }
  return faults;
}

/** @param {string} path @param {string} text */
function nativeFaults(path, text) {
  /** @type {LayerFault[]} */
  const faults = [];
  if (!path.startsWith("native/")) return faults;
  const inPlatform = path.startsWith("native/core/platform/");
  const inCore = path.startsWith("native/core/");
  withoutComments(text)
    .split("\n")
    .forEach((content, index) => {
      /** @param {string} message */
      const fault = (message) => faults.push({ path, line: index + 1, message });
      const header = includePattern.exec(content)?.[1];
      if (header !== undefined && osHeaders.test(header) && !inPlatform)
        fault(`<${header}> belongs in native/core/platform/`);
      if (
        header !== undefined &&
        /^(napi|node_api|node|v8|uv)\b.*\.h$/.test(header) &&
        !path.startsWith("native/binding/")
      ) {
        fault(`${header} belongs in native/binding`);
      }
      if (inCore && header?.startsWith("native/") && !header.startsWith("native/core/")) {
        fault(`native/core may not include ${header}`);
      }
      if (osMacros.test(content) && !inPlatform) fault("no #if for an OS outside native/core/platform/");
    });
  return faults;
}

/** Comments become blanks of the same length, so that line numbers stay. @param {string} text */
function withoutComments(text) {
  return text.replace(
    /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (all, string) => (string === undefined ? all.replace(/[^\n]/g, " ") : all),
  );
}

/** @param {string} text @param {number} index */
const lineOf = (text, index) => text.slice(0, index).split("\n").length + (text[index] === "\n" ? 1 : 0);
