// VS Code loads extensions as CommonJS, and esbuild splits off what is imported lazily for ES modules only: this plugin lets it
// split, then turns each part into CommonJS. Without it a lazy import is part of the entry, read and parsed at each start.
// Parts of earlier builds stay: a VS Code that runs may still need one. A release begins with an empty folder.
import fs from "node:fs";
import path from "node:path";

/** For a build with `format: "esm"`, `splitting` and `write: false`; source maps become files if the build makes them inline.
 *  @param {{ target: string, release: boolean }} options *  @returns {import("esbuild").Plugin} */
export function commonJsChunks({ target, release }) {
  return {
    name: "commonjs-chunks",
    setup(build) {
      build.onEnd(async ({ outputFiles = [], errors }) => {
        const entry = outputFiles[0];
        if (errors.length > 0 || entry === undefined) return;
        const folder = path.dirname(entry.path);
        fs.mkdirSync(folder, { recursive: true });
        for (const file of outputFiles) {
          const { code, map } = await build.esbuild.transform(file.text, {
            format: "cjs",
            platform: "node",
            target,
            supported: { "dynamic-import": false },
            minify: release,
            sourcemap: release ? false : "external",
            sourcefile: path.basename(file.path),
          });
          const mapName = `${path.basename(file.path)}.map`;
          const link = release ? "" : `//# sourceMappingURL=${mapName}\n`;
          fs.writeFileSync(file.path, code + link);
          if (!release) fs.writeFileSync(path.join(folder, mapName), map);
        }
      });
    },
  };
}
