// Rows of the tree as arithmetic, held against a naive list of all lines; and what the loader asks for and takes back.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import fc from "fast-check";
import type { StructChildren, StructRow } from "../../../../shared/structTree";
import { FilteredLines } from "../../../../webview/src/tree/treeFilter";
import { prefixesOf } from "../../../../webview/src/tree/treeFinder";
import { TreeLoader } from "../../../../webview/src/tree/treeLoader";
import { PAGE_ROWS, TreeModel, type TreeNode } from "../../../../webview/src/tree/treeModel";

/** A made-up tree: a node has as many children as the digits of its path say. */
function rowOf(path: string, childCount: number | null): StructRow {
  const name = path.split(".").at(-1) ?? "";
  return { path, name, kind: "struct", type: "t", value: path, childCount, isInstance: false, editable: false };
}

const childPath = (path: string, index: number): string => (path === "" ? `n${index}` : `${path}.n${index}`);

function answer(
  path: string,
  from: number,
  count: number,
  total: number,
  counts: (path: string) => number,
): StructChildren {
  const rows = Array.from({ length: Math.max(0, Math.min(count, total - from)) }, (_, at) => {
    const child = childPath(path, from + at);
    return rowOf(child, counts(child));
  });
  return { rows, total, atLeast: total, version: 1 };
}

/** Made-up, too: the `if` of some fields is false. */
const isAbsent = (path: string): boolean =>
  path !== "" && (path.length * 5 + path.codePointAt(path.length - 1)!) % 4 === 0;

/** Every line, in order, by plain recursion. */
function naive(node: TreeNode, counts: (path: string) => number, absent: boolean): string[] {
  if (!node.expanded) return [];
  return Array.from({ length: counts(node.path) }, (_, index) => {
    const kid = node.kids.get(index);
    const path = childPath(node.path, index);
    if (isAbsent(path) && !absent) return [];
    return [path, ...(kid === undefined ? [] : naive(kid, counts, absent))];
  }).flat();
}

describe("TreeModel", () => {
  const counts = (path: string): number => (path.length * 7 + (path.codePointAt(path.length - 1) ?? 0)) % 9;

  function load(model: TreeModel, node: TreeNode): void {
    const total = counts(node.path);
    const { rows, ...rest } = answer(node.path, 0, PAGE_ROWS, total, counts);
    const some = rows.map((row) => (isAbsent(row.path) ? { ...row, kind: "null" as const, childCount: 0 } : row));
    model.fill(node, 0, { rows: some, ...rest }, 0);
  }

  it("finds every line, and every line's number, as a naive list does, whatever is opened and closed", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { maxLength: 60 }), fc.boolean(), (steps, absent) => {
        const model = new TreeModel();
        model.showsAbsent = !absent;
        model.reset(rowOf("", counts("")));
        load(model, model.root!);
        for (const step of steps) {
          const at = step % model.rows;
          const line = model.line(at);
          if (line?.kind !== "node") continue;
          const node = model.nodeOf(line.parent, line.index);
          assert.ok(node !== undefined);
          model.setExpanded(node, !node.expanded);
          if (node.expanded) load(model, node);
        }
        model.showsAbsent = absent;
        const expected = ["", ...naive(model.root!, counts, absent)];
        assert.equal(model.rows, expected.length);
        for (const [at, path] of expected.entries()) {
          const line = model.line(at);
          assert.ok(line?.kind === "node");
          assert.equal(line.row?.path, path);
          assert.equal(model.lineOf(line.parent, line.index), at);
        }
        assert.equal(model.line(expected.length), undefined);
      }),
    );
  });

  it("gives a field without a line one as soon as its condition is true, and takes it back", () => {
    const model = new TreeModel();
    model.reset(rowOf("", 3));
    const root = model.root!;
    const rows = ["a", "b", "c"].map((path) => ({ ...rowOf("x", 0), path, name: path }));
    const fill = (absent: readonly string[]): (string | undefined)[] => {
      const filled = rows.map((row) => (absent.includes(row.path) ? { ...row, kind: "null" as const } : row));
      model.fill(root, 0, { rows: filled, total: 3, atLeast: 3, version: 1 }, 0);
      const lines = Array.from({ length: model.rows }, (_, at) => model.line(at));
      return lines.map((line) => (line?.kind === "node" ? line.row?.path : undefined));
    };
    assert.deepEqual(fill(["b"]), ["", "a", "c"]);
    assert.equal(model.lineOf(root, 1), -1);
    assert.deepEqual(fill([]), ["", "a", "b", "c"]);
    assert.deepEqual(fill(["a", "b", "c"]), [""]);
    model.showsAbsent = true;
    assert.deepEqual(fill(["a"]), ["", "a", "b", "c"]);
  });

  it("counts with 10^12 children, some of them open far apart", () => {
    const model = new TreeModel();
    model.reset(rowOf("", 1e12));
    const root = model.root!;
    const openAt = (index: number): void => {
      const rows = [{ index, row: rowOf(childPath("", index), 3) }];
      model.follow([...rows, { index: 1, row: rowOf(`${childPath("", index)}.n1`, 0) }]);
    };
    openAt(5e11);
    openAt(7);
    openAt(1e12 - 1);
    assert.equal(model.rows, 1 + 1e12 + 9);
    assert.equal(model.lineOf(root, 5e11), 1 + 5e11 + 3);
    const within = model.line(1 + 5e11 + 3 + 2);
    assert.ok(within?.kind === "node");
    assert.deepEqual([within.parent?.path, within.index, within.level], ["n500000000000", 1, 3]);
    assert.equal(model.line(model.rows - 1)?.level, 3);
    assert.equal(model.lineOf(root, 1e12 - 1), 1e12 + 6);
  });

  it("shows a line that counts behind what is known, until all are", () => {
    const model = new TreeModel();
    model.reset(rowOf("", null));
    const root = model.root!;
    assert.equal(model.line(1)?.kind, "counting");
    model.fill(root, 0, { ...answer("", 0, 10, 10, counts), total: null, atLeast: 10 }, 0);
    assert.deepEqual([model.rows, model.line(11)?.kind], [12, "counting"]);
    model.count(root, 10, 10);
    assert.deepEqual([model.rows, model.line(11)], [11, undefined]);
  });

  it("keeps a bounded number of pages, those shown last", () => {
    const model = new TreeModel();
    model.reset(rowOf("", 1e9));
    const root = model.root!;
    for (let page = 0; page < 3000; page++) {
      model.fill(root, page, answer("", page * PAGE_ROWS, PAGE_ROWS, 1e9, counts), 0);
      model.use(root, page);
      model.use(root, 0);
    }
    assert.ok(root.pages.size <= 1024, String(root.pages.size));
    assert.ok(root.pages.has(0) && root.pages.has(2999));
    assert.ok(!root.pages.has(5));
  });

  it("closes what lost its children and forgets rows behind a new end", () => {
    const model = new TreeModel();
    model.reset(rowOf("", 3));
    const root = model.root!;
    model.fill(
      root,
      0,
      answer("", 0, PAGE_ROWS, 3, () => 2),
      0,
    );
    model.setExpanded(model.nodeOf(root, 0)!, true);
    model.setExpanded(model.nodeOf(root, 2)!, true);
    assert.equal(model.rows, 1 + 3 + 4);
    model.fill(
      root,
      0,
      answer("", 0, PAGE_ROWS, 2, () => 0),
      0,
    );
    assert.equal(model.rows, 1 + 2);
  });
});

describe("TreeLoader", () => {
  function setup() {
    const model = new TreeModel();
    model.reset(rowOf("", 1e6));
    const asked: {
      from: number;
      settle: (children: StructChildren) => void;
      fail: (error: Error) => void;
      cancelled: boolean;
    }[] = [];
    let nowMs = 0;
    const loader = new TreeLoader(model, {
      children: (_path, from) => {
        const one = {
          from,
          cancelled: false,
          settle: (_: StructChildren) => undefined as void,
          fail: (_: Error) => undefined as void,
        };
        const reply = new Promise<StructChildren>((resolve, reject) => {
          one.settle = resolve;
          one.fail = reject;
        });
        asked.push(one);
        return {
          reply,
          cancel: () => {
            one.cancelled = true;
            one.fail(new Error("cancelled"));
          },
        };
      },
      changed: () => undefined,
      now: () => nowMs,
      later: () => undefined,
      isNoNews: (error) => (error as Error).message === "cancelled",
    });
    return { model, loader, asked, root: model.root!, advance: (ms: number) => (nowMs += ms) };
  }
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it("asks once for what is wanted, and takes back what has been scrolled away", async () => {
    const { loader, asked, root } = setup();
    loader.want([{ node: root, page: 0 }]);
    loader.want([{ node: root, page: 0 }]);
    assert.equal(asked.length, 1);
    loader.want([{ node: root, page: 9 }]);
    assert.deepEqual(asked.map(({ from, cancelled }) => [from, cancelled]), [[0, true], [9 * PAGE_ROWS, false]]); // prettier-ignore
    await settled();
    assert.equal(root.pages.size, 0, "what was taken back is no failure");
    asked[1]!.settle(answer("", 9 * PAGE_ROWS, PAGE_ROWS, 1e6, () => 0));
    await settled();
    loader.want([{ node: root, page: 9 }]);
    assert.equal(asked.length, 2);
    assert.equal(loader.busy, false);
  });

  it("asks again for what has expired, showing the old rows meanwhile, and not for what failed", async () => {
    const { model, loader, asked, root } = setup();
    loader.want([{ node: root, page: 0 }]);
    asked[0]!.settle(answer("", 0, PAGE_ROWS, 1e6, () => 0));
    await settled();
    model.expire();
    loader.version = 2;
    loader.want([{ node: root, page: 0 }]);
    assert.equal(asked.length, 2);
    assert.equal(root.pages.get(0)?.rows.length, PAGE_ROWS);
    asked[1]!.fail(new Error("no bytes there"));
    await settled();
    loader.want([{ node: root, page: 0 }]);
    assert.equal(asked.length, 2);
    const line = model.line(1);
    assert.ok(line?.kind === "node" && line.failure === "no bytes there");
  });

  it("asks again about an answer of an older version, and now and then where elements are being counted", async () => {
    const { loader, asked, root, advance } = setup();
    root.counted = false;
    root.known = 5;
    loader.version = 1;
    const part = { ...answer("", 0, PAGE_ROWS, 5, () => 0), total: null, atLeast: 5 };
    loader.want([{ node: root, page: 0 }]);
    asked[0]!.settle(part);
    await settled();
    loader.want([{ node: root, page: 0 }]);
    assert.equal(asked.length, 1, "not in every frame");
    advance(301);
    loader.want([{ node: root, page: 0 }]);
    assert.equal(asked.length, 2);
    loader.version = 2;
    asked[1]!.settle({ ...answer("", 0, PAGE_ROWS, 5, () => 0), version: 1 });
    await settled();
    loader.want([{ node: root, page: 0 }]);
    assert.equal(asked.length, 3);
  });
});

describe("FilteredLines", () => {
  it("keeps what matches with what it lies in, and says how much it looked at", () => {
    const model = new TreeModel();
    model.reset(rowOf("", 3));
    const root = model.root!;
    model.fill(
      root,
      0,
      answer("", 0, PAGE_ROWS, 3, () => 4),
      0,
    );
    const node = model.nodeOf(root, 1)!;
    model.setExpanded(node, true);
    model.fill(
      node,
      0,
      answer("n1", 0, PAGE_ROWS, 4, () => 0),
      0,
    );
    model.setExpanded(node, false); // what is closed has been read all the same
    const lines = new FilteredLines(model, "N1.n2");
    const paths = Array.from({ length: lines.rows }, (_, at) => {
      const line = lines.line(at);
      return line?.kind === "node" ? line.row?.path : "";
    });
    assert.deepEqual(paths, ["", "n1", "n1.n2"]);
    assert.deepEqual([lines.matches, lines.searched], [1, 8]);
    assert.equal(lines.lineOf(node, 2), 2);
    assert.equal(lines.lineOf(root, 0), -1);
    assert.equal(new FilteredLines(model, "nothing like it").rows, 0);
  });
});

describe("prefixesOf", () => {
  it("gives every step of a path", () => {
    assert.deepEqual(prefixesOf("a[5].b"), ["a", "a[5]", "a[5].b"]);
    assert.deepEqual(prefixesOf("a[5][6]"), ["a", "a[5]", "a[5][6]"]);
    assert.deepEqual(prefixesOf(""), []);
  });
});
