// Lint rules of every room. Types are checked with the room's own tsconfig.json; who may import whom comes from the table that
// check:layers uses, so an editor shows it while one types.
import path from "node:path";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";
import { importFault } from "./scripts/lib/layers.mjs";

/** @type {import("eslint").Rule.RuleModule} */
const layerRule = {
  meta: { type: "problem", schema: [] },
  create(context) {
    const from = path.relative(import.meta.dirname, context.filename).replaceAll(path.sep, "/");
    /** @param {{ source?: { type: string, value?: unknown } | null }} node */
    function check(node) {
      const specifier = node.source?.value;
      if (typeof specifier !== "string") return;
      const message = importFault(from, specifier);
      if (message !== undefined) context.report({ node: /** @type {never} */ (node), message });
    }
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

/** Offsets go beyond 2^31: bit operators would cut them without a word. Found by what quantities are called. */
const operators = "/^(\\||&|\\^|<<|>>|>>>)=?$/";
const quantity = "/(offset|length|size|position|start|end|focus|anchor|row|count|total)s?$/i";
const cutOffsets = ["BinaryExpression", "AssignmentExpression"].flatMap((node) =>
  [`> Identifier[name=${quantity}]`, `> MemberExpression[property.name=${quantity}]`].map((operand) => ({
    selector: `${node}[operator=${operators}] ${operand}`,
    message: "A bit operator cuts this to 32 bits: divide, multiply or use Math.floor.",
  })),
);

export default defineConfig(
  {
    ignores: [
      "node_modules",
      "build",
      "dist",
      "out",
      "prebuilds",
      "samples",
      ".vscode-test",
      "bench/results",
      "test/fixtures",
    ],
  },
  {
    files: ["**/*.ts", "**/*.mts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { terahex: { rules: { layers: layerRule } } },
    rules: {
      "terahex/layers": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", caughtErrorsIgnorePattern: "^_" }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      // A function of an interface may be async without waiting for anything.
      "@typescript-eslint/require-await": "off",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      eqeqeq: "error",
    },
  },
  {
    files: ["shared/**/*.ts", "extension/**/*.ts", "cli/**/*.ts", "webview/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        ...cutOffsets,
        { selector: "TSEnumDeclaration", message: "Use a union of string literals: it reads the same in a log." },
      ],
      "no-console": "error",
      "max-lines": ["error", { max: 800 }],
    },
  },
  { files: ["cli/**/*.ts", "test/**/*.ts", "test/**/*.mts"], rules: { "no-console": "off" } },
  {
    files: ["test/**/*.ts", "test/**/*.mts", "bench/**/*.ts"],
    rules: { "@typescript-eslint/no-unused-expressions": "off", "@typescript-eslint/unbound-method": "off" },
  },
  {
    files: ["**/*.mjs", "**/*.js", "**/*.cjs"],
    rules: { eqeqeq: "error", "no-eval": "error", "no-var": "error", "prefer-const": "error", "no-unused-vars": "off" },
  },
);
