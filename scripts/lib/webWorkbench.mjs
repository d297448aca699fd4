// Extensions in the web worker of the page, as on vscode.dev: a proxy in front of a test host's server, whose workbench is told to
// load extensions from the web and to open a folder that one of them provides. Used by the UI test of the browser's build.
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";

const types = new Map([
  [".js", "text/javascript"],
  [".css", "text/css"],
  [".json", "application/json"],
  [".svg", "image/svg+xml"],
  [".ttf", "font/ttf"],
]);

/** @param {import("./workbench.mjs").Server} server
 *  @param {{ extensions: Record<string, string>, folder: { scheme: string, path: string } }} options `extensions`: their folders,
 *    by the names that they are served under
 *  @returns {Promise<{ url: string, stop: () => Promise<void> }>} */
export async function serveFromWeb(server, { extensions, folder }) {
  const proxy = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const [, name = "", ...rest] = decodeURIComponent(pathname).split("/");
    const root = extensions[name];
    if (root !== undefined) serveFile(path.join(root, ...rest), response);
    else forward(server.port, request, response, pathname === "/" ? (html) => edited(html, request) : undefined);
  });
  // The workbench's own connection to its server.
  proxy.on("upgrade", (request, socket) => {
    const there = net.connect(server.port, "127.0.0.1", () => {
      const headers = request.rawHeaders.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join("");
      there.write(`${request.method} ${request.url} HTTP/1.1\r\n${headers}\r\n`);
      there.pipe(socket).pipe(there);
    });
    for (const end of [there, socket]) end.on("error", () => (there.destroy(), socket.destroy()));
  });

  /** @param {string} html @param {http.IncomingMessage} request */
  const edited = (html, request) =>
    html.replace(/(id="vscode-workbench-web-configuration" data-settings=")([^"]*)"/, (_, before, settings) => {
      const configuration = JSON.parse(settings.replaceAll("&quot;", '"').replaceAll("&amp;", "&"));
      const authority = request.headers.host;
      const locations = Object.keys(extensions).map((name) => ({ scheme: "http", authority, path: `/${name}` }));
      configuration.developmentOptions = { ...configuration.developmentOptions, extensions: locations };
      configuration.folderUri = folder;
      return `${before}${JSON.stringify(configuration).replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"`;
    });

  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = proxy.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    stop: async () => {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

/** @param {string} file @param {http.ServerResponse} response */
function serveFile(file, response) {
  if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) {
    response.statusCode = 404;
    response.end();
    return;
  }
  response.setHeader("Content-Type", types.get(path.extname(file)) ?? "application/octet-stream");
  fs.createReadStream(file).pipe(response);
}

/** @param {number} port @param {http.IncomingMessage} request @param {http.ServerResponse} response
 *  @param {((html: string) => string) | undefined} edit */
function forward(port, request, response, edit) {
  const { url, method } = request;
  const headers = { ...request.headers, "accept-encoding": "identity" };
  const asked = http.request({ host: "127.0.0.1", port, path: url, method, headers }, (answer) => {
    response.statusCode = answer.statusCode ?? 500;
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined && !(edit !== undefined && name === "content-length")) response.setHeader(name, value);
    }
    if (edit === undefined) {
      answer.pipe(response);
      return;
    }
    let html = "";
    answer.setEncoding("utf8");
    answer.on("data", (part) => (html += part));
    answer.on("end", () => response.end(edit(html)));
  });
  asked.on("error", () => response.destroy());
  request.pipe(asked);
}
