// Each template of test/fixtures/struct with its bytes and what it must find there: name.ksy, name.bin, name.expect.yml.
// expect: `values` are expressions with their results; `nodes` are places in the printed tree with [start, end] or keys;
// `failed` says whether any node has an error. Bad templates: name.bad.ksy, whose first line states path and message.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { TemplateError } from "../../../extension/src/struct/errors";
import { loadTemplate, type Loader } from "../../../extension/src/struct/ksy/load";
import { defaultPrintLimits, Describer, type StructNode } from "../../../extension/src/struct/reader/describe";
import { nodeToJson } from "../../../extension/src/struct/reader/nodeText";
import { Session } from "../../../extension/src/struct/reader/session";
import { evaluate, fixtureFolder, fixtureNames, nodeAt, sourceOf } from "./support";

interface Expectation {
  readonly failed?: boolean;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly nodes?: Readonly<Record<string, unknown>>;
}

const importFolder = path.join(fixtureFolder, "imports");
const loader: Loader = (name, from) => {
  const folder = name.startsWith("/") || !path.isAbsolute(from) ? importFolder : path.dirname(from);
  const file = path.join(folder, `${name}.ksy`);
  return fs.existsSync(file) ? { file, text: fs.readFileSync(file, "utf8") } : undefined;
};

function readText(name: string): string {
  return fs.readFileSync(path.join(fixtureFolder, name), "utf8");
}

/** What a node says, as the expectation writes it. */
function plain(node: StructNode): unknown {
  const json = JSON.parse(nodeToJson(node)) as Record<string, unknown>;
  switch (node.kind) {
    case "bytes":
      return `<${String(json["value"])}>`;
    case "enum":
      return `${String(json["type"]).replace(/^.*::/, "")}::${String(json["name"] ?? json["value"])}`;
    case "null":
      return null;
    case "ref":
      return `-> ${String(json["path"])}`;
    case "error":
      return `! ${String(json["error"])}`;
    case "array":
      return node.items?.map(plain);
    case "struct":
      return Object.fromEntries([...(node.fields ?? [])].map(([id, field]) => [id, plain(field)]));
    default:
      return json["value"];
  }
}

function checkNode(at: string, node: StructNode, wanted: unknown): void {
  const json = JSON.parse(nodeToJson(node)) as Record<string, unknown>;
  if (Array.isArray(wanted)) assert.deepEqual([json["start"], json["end"]], wanted, at);
  else for (const [key, value] of Object.entries(wanted as object)) assert.deepEqual(json[key], value, `${at}: ${key}`);
}

describe("templates read what they say", () => {
  for (const name of fixtureNames(".expect.yml")) {
    it(name, () => {
      const expectation = parse(readText(`${name}.expect.yml`)) as Expectation;
      const template = loadTemplate({ file: `${name}.ksy`, text: readText(`${name}.ksy`) }, loader);
      const bytes = fs.readFileSync(path.join(fixtureFolder, `${name}.bin`));
      for (const [expression, wanted] of Object.entries(expectation.values ?? {})) {
        // A session of its own: no value may depend on what was asked before.
        assert.deepEqual(plain(evaluate(new Session(template, sourceOf(bytes)), expression)), wanted, expression);
      }
      const describer = new Describer(defaultPrintLimits);
      const tree = new Session(template, sourceOf(bytes)).ask((root) => describer.root(root));
      for (const [at, wanted] of Object.entries(expectation.nodes ?? {})) checkNode(at, nodeAt(tree, at), wanted);
      assert.equal(describer.failed, expectation.failed ?? false, nodeToJson(tree));
    });
  }
});

describe("bad templates are refused where they are wrong", () => {
  for (const name of fixtureNames(".bad.ksy")) {
    it(name, () => {
      const text = readText(`${name}.bad.ksy`);
      const wanted = /^# (\S+): (.*)$/m.exec(text);
      assert.ok(wanted, "the first line must be `# /path: message`");
      try {
        loadTemplate({ file: `${name}.ksy`, text }, loader);
      } catch (thrown) {
        if (!(thrown instanceof TemplateError)) throw thrown;
        assert.equal(thrown.at, wanted[1], thrown.message);
        assert.ok(thrown.message.includes(wanted[2] ?? ""), thrown.message);
        assert.ok((thrown.problems[0]?.line ?? 0) > 1, "the line is known");
        return;
      }
      assert.fail("it was accepted");
    });
  }
});
