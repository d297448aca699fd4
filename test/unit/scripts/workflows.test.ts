// The workflows name scripts, targets and actions that nobody runs here: each must exist, and be pinned.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { nativeTargets } from "../../../scripts/lib/targets.mjs";

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly uses?: string;
  readonly "runs-on"?: string;
  readonly steps?: readonly Step[];
  readonly strategy?: {
    readonly matrix: {
      readonly system?: readonly string[];
      readonly include?: readonly { readonly target?: string; readonly runner?: string }[];
    };
  };
}
interface Workflow {
  readonly name: string;
  readonly permissions: unknown;
  readonly defaults?: { readonly run?: { readonly shell?: string } };
  readonly jobs: Record<string, Job>;
}

describe("the workflows", () => {
  const root = path.join(__dirname, "../../..");
  const folder = path.join(root, ".github/workflows");
  const workflows = fs.readdirSync(folder).map((name) => ({
    name,
    text: fs.readFileSync(path.join(folder, name), "utf8"),
    parsed: parse(fs.readFileSync(path.join(folder, name), "utf8")) as Workflow,
  }));
  const jobs = workflows.flatMap(({ parsed }) => Object.values(parsed.jobs));
  const steps = jobs.flatMap((job) => job.steps ?? []);

  it("are there, with permissions of their own", () => {
    assert.deepEqual(workflows.map(({ name }) => name).sort(), ["prebuild.yml", "release.yml", "test.yml"]);
    for (const { parsed } of workflows) assert.deepEqual(parsed.permissions, { contents: "read" });
  });

  it("run npm scripts that package.json has", () => {
    const manifest = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const used = workflows.flatMap(({ text }) =>
      [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name ?? ""),
    );
    assert.ok(used.length >= 4);
    for (const name of used) assert.ok(name in manifest.scripts, `npm run ${name}`);
  });

  it("run their commands on Windows by bash, because PowerShell keeps the -- of npm run to itself", () => {
    const onWindows = workflows.filter(({ parsed }) =>
      Object.values(parsed.jobs).some(({ "runs-on": runner = "", strategy }) => {
        const { system = [], include = [] } = strategy?.matrix ?? {};
        const runners = [runner, ...system, ...include.flatMap((one) => one.runner ?? [])];
        return runners.some((name) => name.startsWith("windows"));
      }),
    );
    assert.deepEqual(onWindows.map(({ name }) => name).sort(), ["prebuild.yml", "test.yml"]);
    for (const { parsed, name } of onWindows) assert.equal(parsed.defaults?.run?.shell, "bash", name);
  });

  it("publish with the tool of package.json that has made the packages, and name what they send", () => {
    const manifest = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")) as {
      devDependencies: Record<string, string>;
    };
    const text = workflows.find(({ name }) => name === "release.yml")?.text ?? "";
    const published = [...text.matchAll(/npx --yes (\S+)@([\d.]+) publish .*--skip-duplicate --packagePath /g)];
    assert.deepEqual(
      published.map(([, tool]) => tool),
      ["@vscode/vsce", "ovsx"],
    );
    assert.equal(published[0]?.[2], manifest.devDependencies["@vscode/vsce"]);
    assert.match(text, /attest-build-provenance/);
  });

  it("run files that the checkout has", () => {
    const commands = steps.map(({ run }) => run ?? "").join("\n");
    const used = [...commands.matchAll(/(?:^|[\s"])((?:\.ci|scripts)\/[\w./-]+)/gm)].map(([, file]) => file ?? "");
    assert.ok(used.includes(".ci/run") && used.includes("scripts/prebuildInContainer.sh"));
    for (const file of used) assert.ok(fs.existsSync(path.join(root, file)), file);
  });

  it("take actions of an exact version, and workflows of this checkout", () => {
    for (const uses of [...steps, ...jobs].flatMap((item) => item.uses ?? [])) {
      if (uses.startsWith("./")) assert.ok(fs.existsSync(path.join(root, uses)), uses);
      else assert.match(uses, /^(actions\/[\w-]+|azure\/login)@v\d+\.\d+\.\d+$/);
    }
  });

  it("build an addon for each target that has one", () => {
    const built = jobs.flatMap((job) => (job.strategy?.matrix.include ?? []).flatMap(({ target }) => target ?? []));
    assert.deepEqual(built.sort(), Object.keys(nativeTargets).sort());
  });
});
