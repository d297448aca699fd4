#!/usr/bin/env node
// Makes samples/: files to try Terahex on. All of them are real, made by the programs that make such files, but for the sparse
// one, whose terabytes are a hole with something to find at both ends and in the middle. Nothing is made twice.
import { execFileSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import zlib from "node:zlib";
import { ensureDependencies } from "./lib/dependencies.mjs";
import { inRoot } from "./lib/paths.mjs";

export const samplesFolder = inRoot("samples");
const TiB = 2 ** 40;
const sparseTiB = 8;
const sparseName = `sparse-${sparseTiB}tib.img`;
/** Some file systems end at 16 GiB or 4 GiB; below that there is nothing to show. */
const smallestSparse = 2 ** 31;
const picture = { width: 640, height: 480 };

/** Extensions that open in Terahex by themselves in the sample folder. */
const patterns = [
  "*.img",
  "*.bmp",
  "*.exe",
  "*.elf",
  "*.macho",
  "*.png",
  "*.gz",
  "*.zip",
  "*.sqlite",
  "*.ttf",
  "*.wasm",
  "*.bin",
];

/** @param {{ say?: (line: string) => void }} [options] @returns {Promise<string>} the folder */
export async function makeSamples({ say = console.log } = {}) {
  fs.mkdirSync(path.join(samplesFolder, ".vscode"), { recursive: true });
  fs.writeFileSync(
    path.join(samplesFolder, ".vscode/settings.json"),
    JSON.stringify(
      { "workbench.editorAssociations": Object.fromEntries(patterns.map((pattern) => [pattern, "terahex.editor"])) },
      undefined,
      2,
    ),
  );
  makeSparse(say);
  await once("mandelbrot.bmp", makePicture);
  for (const [name, source] of Object.entries(copies))
    await once(name, (file) => fs.copyFileSync(inRoot(source), file));
  await once("texts.gz", (file) => fs.writeFileSync(file, zlib.gzipSync(fs.readFileSync(inRoot("LICENSE")))));
  await once("random.bin", (file) => fs.writeFileSync(file, crypto.randomBytes(2 ** 20)));
  await once("empty.bin", (file) => fs.writeFileSync(file, ""));
  await python(
    "notes.sqlite",
    'import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.execute("create table notes(id integer primary key, text)"); d.executemany("insert into notes(text) values (?)", [("note %d" % i,) for i in range(1000)]); d.commit(); d.close()',
    say,
  );
  await python(
    "licence.zip",
    'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED); z.write(sys.argv[2], "LICENSE"); z.close()',
    say,
  );
  return samplesFolder;
}

/** Real programs for three systems, a picture, a font and a module: from packages that the build installs anyway. */
const copies = {
  "program-windows.exe": "node_modules/clang-format/bin/win32/clang-format.exe",
  "program-linux.elf": "node_modules/clang-format/bin/linux_x64/clang-format",
  "program-macos.macho": "node_modules/clang-format/bin/darwin_x64/clang-format",
  "icons.png": "node_modules/@vscode/codicons/preview.png",
  "icons.ttf": "node_modules/@vscode/codicons/dist/codicon.ttf",
  "codec.wasm": "node_modules/playwright-core/lib/webp_codec.wasm",
};

/** @param {string} name @param {(file: string) => unknown} make writes the file it is given */
async function once(name, make) {
  const file = path.join(samplesFolder, name);
  if (fs.existsSync(file)) return;
  const unfinished = `${file}.part`;
  fs.rmSync(unfinished, { force: true });
  await make(unfinished);
  fs.renameSync(unfinished, file);
}

/** Python is there wherever node-gyp can work; a machine without it has two samples fewer.
 *  @param {string} name @param {string} program @param {(line: string) => void} say */
async function python(name, program, say) {
  await once(name, (file) => {
    for (const command of ["python3", "python"]) {
      try {
        return void execFileSync(command, ["-c", program, file, inRoot("LICENSE")], { stdio: "ignore" });
      } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ENOENT") throw error;
      }
    }
    say(`  no python here: ${name} is empty`);
    fs.writeFileSync(file, "");
  });
}

/** 8 TiB that occupy a few blocks; smaller where the file system has a limit. @param {(line: string) => void} say */
function makeSparse(say) {
  const file = path.join(samplesFolder, sparseName);
  if (fs.existsSync(file)) return;
  const unfinished = `${file}.part`;
  fs.writeFileSync(unfinished, "");
  // NTFS would allocate every byte of a file that was not declared sparse.
  if (process.platform === "win32") execFileSync("fsutil", ["sparse", "setflag", unfinished]);
  const handle = fs.openSync(unfinished, "r+");
  let size = sparseTiB * TiB;
  for (; ; size /= 2) {
    try {
      fs.ftruncateSync(handle, size);
      break;
    } catch (error) {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      if ((code !== "EFBIG" && code !== "EINVAL" && code !== "ENOSPC") || size / 2 < smallestSparse) throw error;
    }
  }
  for (const [label, offset] of /** @type {const} */ ([
    ["begins", 0],
    ["is half through", size / 2],
    ["ends", size - 4096],
  ])) {
    fs.writeSync(
      handle,
      landmark(`Here the sparse file ${label}, at offset 0x${offset.toString(16)}.`),
      0,
      4096,
      offset,
    );
  }
  fs.closeSync(handle);
  fs.renameSync(unfinished, file);
  if (size < sparseTiB * TiB) {
    say(`  this file system allows ${size / 2 ** 30} GiB a file: ${sparseName} is that large`);
  }
}

/** 4096 bytes: a sentence, then every byte value, then counted words. @param {string} sentence */
function landmark(sentence) {
  const bytes = Buffer.alloc(4096);
  bytes.write(sentence, 0, "latin1");
  for (let value = 0; value < 256; value++) bytes[256 + value] = value;
  for (let word = 0; word < 896; word++) bytes.writeUInt32LE(word, 512 + word * 4);
  return bytes;
}

/** @param {string} file */
async function makePicture(file) {
  const { encode } = await import("bmp-ts");
  const { width, height } = picture;
  const data = Buffer.alloc(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const shade = escapeTime((x / width) * 3.2 - 2.3, (y / height) * 2.4 - 1.2);
      // The encoder takes alpha, blue, green, red.
      data.set(
        [255, Math.min(255, shade * 9), Math.min(255, shade * 4), Math.min(255, shade * 2)],
        (y * width + x) * 4,
      );
    }
  }
  fs.writeFileSync(file, encode({ data, width, height, bitPP: 24 }).data);
}

/** @param {number} real @param {number} imaginary */
function escapeTime(real, imaginary) {
  let [x, y, steps] = [0, 0, 0];
  for (; steps < 128 && x * x + y * y < 4; steps++) [x, y] = [x * x - y * y + real, 2 * x * y + imaginary];
  return steps === 128 ? 0 : steps;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await ensureDependencies();
  console.log(await makeSamples());
}
