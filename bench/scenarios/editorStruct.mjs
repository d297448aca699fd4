// Scenarios of the struct tree as a person sees it: from a press to painted rows, in a real VS Code, and in its page alone over
// a host that answers at once.
import fs from "node:fs";
import path from "node:path";
import { hosts } from "../../scripts/lib/hosts.mjs";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { runCommand } from "../../scripts/lib/workbench.mjs";
import { provisionHost } from "../../scripts/provisionHost.mjs";
import { TiB } from "../lib/inputs.mjs";
import { median, quiet } from "../lib/measure.mjs";
import { watchTree } from "../runners/treeProbe.mjs";
import { withFile } from "./editor.mjs";

/** @typedef {import("../lib/report.mjs").Finding} Finding
 *  @typedef {import("playwright-core").Frame} Frame
 *  @typedef {import("playwright-core").Page} Page
 *  @typedef {{ ms: number, asked: number, answered: number, presented?: number }} Press  see treeProbe.mjs */

const folder = inRoot("out/bench/struct-view");
const children = 100;
const jumps = 25;
const opens = 15;
/** People rest on what they press: 100 ms is little. */
const restMs = 100;
const recordBytes = 16;
const records = `
meta: {id: records, title: Records of 16 bytes, file-extension: rec, endian: le}
seq: [{id: records, type: record, repeat: eos}]
types: {record: {seq: [{id: id, type: u8}, {id: x, type: f8}]}}
`;

/** @param {string} name @param {Buffer} bytes @param {number} [size] */
function write(name, bytes, size = bytes.length) {
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, name);
  fs.writeFileSync(file, bytes);
  fs.truncateSync(file, size);
  return file;
}

/** A header, texts, an end: 100 chunks. @see PNG (Third Edition), 5.3 Chunk layout */
function pngOfChunks() {
  /** @param {string} name @param {Buffer} body */
  const chunk = (name, body) => {
    const bytes = Buffer.alloc(12 + body.length);
    bytes.writeUInt32BE(body.length);
    bytes.write(name, 4);
    body.copy(bytes, 8);
    return bytes;
  };
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  const texts = Array.from({ length: children - 2 }, (_, at) => chunk("tEXt", Buffer.from(`Comment\0number ${at}`)));
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return write("chunks.png", Buffer.concat([magic, chunk("IHDR", header), ...texts, chunk("IEND", Buffer.alloc(0))]));
}

/** @see PE Format, COFF File Header; Section Table */
function peOfSections() {
  const bytes = Buffer.alloc(0x80 + 24 + 240 + 40 * children);
  bytes.write("MZ");
  bytes.writeUInt32LE(0x80, 0x3c);
  bytes.write("PE", 0x80);
  bytes.writeUInt16LE(0x8664, 0x84);
  bytes.writeUInt16LE(children, 0x86);
  bytes.writeUInt16LE(240, 0x94);
  bytes.writeUInt16LE(0x20b, 0x98);
  bytes.writeUInt32LE(16, 0x98 + 108);
  for (let index = 0; index < children; index++) bytes.write(`.s${index}`, 0x98 + 240 + 40 * index);
  return write("sections.exe", bytes);
}

/** @param {Frame} frame @param {string} name */
const rowOf = (frame, name) =>
  frame
    .locator(".field-row:not([hidden])")
    .filter({ has: frame.locator(`.label:text-is("${name}")`) })
    .last(); // the root may have the same name

/** @param {Frame} frame @returns {Promise<Press[]>} */
const seen = (frame) => frame.evaluate(() => /** @type {any} */ (window).terahexPresses());

/** @param {Frame} frame @param {number} count */
const untilSeen = (frame, count) =>
  frame.waitForFunction((wanted) => /** @type {any} */ (window).terahexTree.length >= wanted, count, {
    timeout: 20_000,
  });

/** Opens and closes a row again and again. The first time its children are read; then they are there, until the file changes.
 *  @param {Frame} frame @param {Page} page @param {string} name @param {() => Promise<void>} forget
 *  @param {number} restMs how long the mouse rests before its button goes down @returns {Promise<Press[]>} */
async function openAgain(frame, page, name, forget, restMs) {
  await frame.evaluate(watchTree, name);
  for (let round = 1; round <= opens; round++) {
    await forget();
    const twistie = await rowOf(frame, name).locator(".twistie").boundingBox();
    if (twistie === null) throw new Error(`no ${name} to open`);
    await page.mouse.move(twistie.x + twistie.width / 2, twistie.y + twistie.height / 2, { steps: 5 });
    await page.waitForTimeout(restMs);
    await page.mouse.down();
    await page.mouse.up();
    await untilSeen(frame, round);
    await page.waitForTimeout(150);
  }
  return seen(frame);
}

/** @param {string} file @param {(frame: Frame, page: Page) => Promise<Press[]>} use */
const withTree = (file, use) =>
  withFile(file, async (_frame, page, again) => {
    await runCommand(page, "Terahex: Toggle Structure");
    const frame = await again();
    await frame.locator(".field-row.struct").first().waitFor();
    await page.waitForTimeout(1000);
    return use(frame, page);
  });

/** @param {string} file @param {string} name @param {number} restMs @param {readonly string[]} [way] rows to open first */
const expand = (file, name, restMs, way = []) =>
  withTree(file, async (frame, page) => {
    for (const one of way) await rowOf(frame, one).locator(".twistie").click();
    // Closing all but the root forgets which rows were read below.
    return openAgain(
      frame,
      page,
      name,
      async () => {
        await frame.locator('button[aria-label="Close all"]').click();
        for (const one of way) await rowOf(frame, one).locator(".twistie").click();
        await rowOf(frame, name).waitFor();
        await page.waitForTimeout(300);
      },
      restMs,
    );
  });

const jumpAbout = () =>
  withTree(write("huge.rec", Buffer.alloc(0), 8 * TiB), async (frame, page) => {
    await rowOf(frame, "records").click();
    await frame.evaluate(watchTree, "");
    for (let round = 1; round <= jumps; round++) {
      await page.keyboard.press("Control+g");
      await frame.locator(".go-to input").fill(String(5e11 - round * 1e10));
      await page.waitForTimeout(100);
      await page.keyboard.press("Enter");
      await untilSeen(frame, round);
      await page.waitForTimeout(150);
    }
    return seen(frame);
  });

/** @param {string} title @param {number | undefined} atMost @param {readonly Press[]} presses @returns {Finding} */
function finding(title, atMost, presses) {
  const ms = presses.map((press) => press.presented ?? press.ms);
  return {
    title: `VS Code: ${title}, from the press to rows on screen`,
    figure: quiet(ms),
    unit: "ms",
    ...(atMost === undefined ? {} : { atMost }),
    details: {
      median: median(ms),
      slowest: Math.max(...ms),
      "until the page could go on": median(presses.map((press) => press.ms)),
      "until the page has asked": median(presses.map(({ asked }) => asked)),
      "until the answer": median(presses.map(({ answered }) => answered)),
    },
  };
}

/** @type {readonly { id: string, run: () => Promise<Finding[]> }[]} */
export const editorStructScenarios = [
  {
    id: "editor-struct",
    /** @returns {Promise<Finding[]>} */
    async run() {
      await provisionHost(hosts.current);
      write("records.ksy", Buffer.from(records));
      return [
        finding(`opening ${children} PNG chunks`, 20, await expand(pngOfChunks(), "chunks", restMs)),
        finding(`opening ${children} PE sections`, 20, await expand(peOfSections(), "sections", restMs, ["pe"])),
        finding(`opening ${children} PNG chunks at once`, undefined, await expand(pngOfChunks(), "chunks", 0)),
        finding(`jump among ${(8 * TiB) / recordBytes} records of 8 TiB`, 50, await jumpAbout()),
      ];
    },
  },
];
