// The view of sections in a real browser, given real programs of three formats: bars, table, lists and pictures, by mouse and by
// keyboard; the colours beside the bytes in an editor's page. Pictures of each theme (out/webview).
import assert from "node:assert/strict";
import fs, { mkdirSync } from "node:fs";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { MemoryByteSource } from "../../extension/src/engine/memoryByteSource";
import { readProgram } from "../../extension/src/host/sections/readProgram";
import type { ListRow, ProgramImage, SectionsList } from "../../shared/sectionsProtocol";
import type { FakeSectionsOptions } from "./harness/fakeSections";
import { closeBrowser, openView, type View } from "./harness/openView";
import type { ThemeName } from "./harness/themes";

const PICTURES = "out/webview";
const fixtures = path.join(__dirname, "../fixtures/templates");
const LISTS: readonly SectionsList[] = ["directories", "segments", "imports", "exports", "resources", "details"];

interface Sample {
  readonly image: ProgramImage;
  readonly sections: FakeSectionsOptions;
}

function sample(name: string): Sample {
  const file = fs.readFileSync(path.join(fixtures, name));
  const bytes = Uint8Array.from(name.endsWith(".br") ? brotliDecompressSync(file) : file);
  const result = readProgram(new MemoryByteSource(bytes));
  assert.ok(result.ok);
  const { program } = result;
  const image = program.image([]);
  const rows = Object.fromEntries(LISTS.map((list) => [list, program.rows(list, 0, 500).rows])) as Record<
    SectionsList,
    readonly ListRow[]
  >;
  const pictures: Record<number, { readonly mime: string; readonly base64: string }> = {};
  for (const { picture = -1 } of rows.resources) {
    const shown = program.picture(picture);
    if (shown !== undefined)
      pictures[picture] = { mime: shown.mime, base64: Buffer.from(shown.bytes).toString("base64") };
  }
  const { checksum } = program;
  const measures = {
    entropies: image.sections.map((_, index) => (index === 3 ? null : (index * 1.7) % 8)),
    ...(checksum !== undefined && { checksum: { ...checksum, computed: 0x1234 } }),
  };
  return {
    image,
    sections: {
      state: { document: { name, version: 1 }, image },
      rows,
      measures,
      pictures,
    },
  };
}

const samples = { pe: "pe64.bin", elf: "elf_library.bin", macho: "mach_o_library.bin.br" } as const;

async function openSections(name: keyof typeof samples, theme: ThemeName = "dark"): Promise<View> {
  const { image, sections } = sample(samples[name]);
  const view = await openView({ page: "sections", size: image.size, theme, width: 1400, height: 420, sections });
  await view.page.locator(".section-row .entropy", { hasText: "1.70" }).waitFor();
  return view;
}

const asked = (view: View, kind: string): Promise<readonly object[]> =>
  view.page.evaluate((wanted) => window.fakeHost.sections.asked.filter((ask) => ask.kind === wanted), kind);

const selected = (view: View): Promise<readonly { readonly start: number; readonly end: number }[]> =>
  view.page.evaluate(() =>
    window.fakeHost.log.flatMap((message) =>
      message.kind === "notice" && message.body.type === "struct" && message.body.tell.kind === "select"
        ? [message.body.tell]
        : [],
    ),
  );

describe("sections", function () {
  this.timeout(120_000);
  before(() => mkdirSync(PICTURES, { recursive: true }));
  after(closeBrowser);

  it("selects what is pressed, in the bars, the table and the lists; shows the field of a row by F2", async () => {
    const view = await openSections("pe");
    const { page } = view;
    await page.locator(".bar .part", { hasText: ".text" }).first().click();
    await page.locator(".section-row", { hasText: ".rdata" }).click();
    await page.keyboard.press("F2");
    await page.locator(".tab", { hasText: "Details" }).click();
    await page.locator(".list-row", { hasText: "Machine" }).click();
    await view.rest();
    const { image } = sample(samples.pe);
    const [text, rdata] = image.sections;
    assert.ok(text && rdata);
    const ranges = await selected(view);
    assert.deepEqual(
      ranges.slice(0, 2).map(({ start, end }) => [start, end]),
      [
        [text.start, text.end],
        [rdata.start, rdata.end],
      ],
    );
    assert.equal(ranges.length, 3);
    await page.locator(".list-row", { hasText: "Machine" }).hover();
    await page.locator(".list-row:hover .to-field").click();
    await page.waitForFunction(
      () => window.fakeHost.sections.asked.filter(({ kind }) => kind === "showField").length === 2,
    );
    const [header, machine] = (await asked(view, "showField")) as { start: number; end: number }[];
    assert.deepEqual([header?.start, header?.end], [rdata.headerStart, rdata.headerEnd]);
    assert.deepEqual([machine?.start, (machine?.end ?? 0) - (machine?.start ?? 0)], [ranges[2]?.start, 2]);
    assert.equal((await selected(view)).length, 3, "a field's button selects nothing by itself");
    await view.close();
  });

  it("goes through table and lists by keyboard alone", async () => {
    const view = await openSections("elf");
    const { page } = view;
    await page.locator(".section-row").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await view.rest();
    const { image } = sample(samples.elf);
    assert.deepEqual((await selected(view)).at(-1)?.start, image.sections[1]?.start);
    await page.locator(".tab[aria-selected=true]").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await view.rest();
    assert.equal(await page.locator(".tab[aria-selected=true]").textContent(), `Exports ${countOf(image, "exports")}`);
    await page.locator(".list").focus();
    await page.keyboard.press("End");
    await view.rest();
    const rows = sample(samples.elf).sections.rows?.exports ?? [];
    assert.equal(await page.locator(".list-row.current .text").textContent(), rows.at(-1)?.text);
    await view.close();
  });

  it("draws icons in their rows, and as large as they are beside the list", async () => {
    const view = await openSections("pe");
    const { page } = view;
    await page.locator(".tab", { hasText: "Resources" }).click();
    const thumbnail = page.locator(".list-row img.thumbnail").first();
    await thumbnail.waitFor();
    await page.waitForFunction(
      () => (document.querySelector<HTMLImageElement>("img.thumbnail")?.naturalWidth ?? 0) > 0,
    );
    await page
      .locator(".list-row", { has: page.locator("img.thumbnail") })
      .first()
      .click();
    await page.locator(".preview figcaption", { hasText: "×" }).waitFor();
    const pictures = await asked(view, "picture");
    await page.locator(".list").evaluate((list) => (list.scrollTop = 30));
    await view.rest();
    assert.equal((await asked(view, "picture")).length, pictures.length, "each is asked for once");
    await page.screenshot({ path: `${PICTURES}/sections-icons.png` });
    await view.close();
  });

  it("begins another file at its start, and keeps the place in the table while the same one is edited", async () => {
    const view = await openSections("elf");
    const { page } = view;
    const { sections } = sample(samples.elf);
    const scrolled = (): Promise<number> => page.locator(".table").evaluate((table) => table.scrollTop);
    const say = (name: string): Promise<void> =>
      page.evaluate(([state]) => window.fakeHost.send({ type: "sections", news: { kind: "state", state } }), [
        { ...sections.state, document: { name, version: 2 } },
      ] as const);
    await page.locator(".table").evaluate((table) => (table.scrollTop = 60));
    await say("elf_library.bin");
    assert.equal(await scrolled(), 60);
    const barTop = await page.locator(".bar").first().boundingBox();
    assert.ok(barTop && barTop.y >= 0, "the bars do not scroll with the table");
    await page.evaluate(() => window.fakeHost.send({ type: "sections", news: { kind: "cursor", offset: 0x370 } }));
    await page.locator(".where:not(:empty)").waitFor();
    await say("another.so");
    assert.equal(await scrolled(), 0);
    await page.locator(".where:empty").waitFor({ state: "attached" });
    assert.equal(await page.locator(".at-cursor").count(), 0);
    await view.close();
  });

  it("shows a thousand of sixty thousand sections, and says how many are left out", async () => {
    const { image, sections } = sample(samples.pe);
    const [first] = image.sections;
    assert.ok(first);
    const many = { ...image, sections: Array.from({ length: 1000 }, () => first), moreSections: 59_000 };
    const state = { ...sections.state, image: many };
    const view = await openView({ page: "sections", size: 1000, sections: { ...sections, state } });
    await view.page.locator("p", { hasText: "59,000 more sections" }).waitFor();
    await view.close();
  });

  it("colours the bytes and the overview by section while it is told to, and names the byte's place", async () => {
    const { image, sections } = sample(samples.pe);
    const settings = { overview: true, inspector: true };
    const view = await openView({
      size: image.size,
      settings,
      sections,
      selection: { anchor: 0x610, focus: 0x610, column: "hex" },
    });
    await view.settled();
    await view.page.locator(".place-in-program", { hasText: ".rdata+0x10, RVA 0x2010" }).waitFor();
    assert.equal(await view.page.locator(".stripe:visible").count(), 0);
    await view.page.evaluate(() => window.fakeHost.send({ type: "sections", news: { kind: "colors", shown: true } }));
    await view.page.locator(".along-rows .stripe.hue1").first().waitFor();
    assert.ok((await view.page.locator(".along-overview .stripe").count()) > 2);
    await view.page.screenshot({ path: `${PICTURES}/sections-colors.png` });
    await view.page.evaluate(() =>
      window.fakeHost.send({ type: "sections", news: { kind: "addresses", column: "rva" } }),
    );
    await view.page.locator(".corner", { hasText: "RVA" }).waitFor();
    await view.page.evaluate(() => window.fakeHost.send({ type: "sections", news: { kind: "colors", shown: false } }));
    await view.page.waitForFunction(() => document.querySelector(".section-bands:not([hidden])") === null);
    await view.close();
  });

  it("warns in the editor, once, of an edit that touches what is signed", async () => {
    const { image, sections } = sample(samples.pe);
    const view = await openView({ size: image.size, sections });
    await view.settled();
    const edit = (touched: boolean): Promise<void> =>
      view.page.evaluate((isTouched) => {
        window.fakeHost.sections.signature = { signer: "A tester", touched: isTouched };
        window.fakeHost.change(8, [1]);
      }, touched);
    await view.page.waitForFunction(() => window.fakeHost.sections.asked.length === 1);
    await edit(false);
    await view.page.waitForFunction(() => window.fakeHost.sections.asked.length >= 2);
    assert.equal(await view.page.locator(".hint:visible").count(), 0);
    await edit(true);
    await view.page.locator(".hint", { hasText: "the signature of A tester" }).waitFor();
    await view.close();
  });

  for (const theme of ["dark", "light", "hcDark", "hcLight"] as const) {
    it(`looks as it should in ${theme}`, async () => {
      for (const name of ["pe", "elf", "macho"] as const) {
        const view = await openSections(name, theme);
        await view.page.screenshot({ path: `${PICTURES}/sections-${name}-${theme}.png` });
        await view.close();
      }
    });
  }
});

const countOf = (image: ProgramImage, list: SectionsList): number =>
  image.lists.find((each) => each.list === list)?.count ?? 0;
