import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import sortImports from "eslint-plugin-simple-import-sort";
import tseslint from "typescript-eslint";

/** Forbids imports of the given patterns, with the reason. */
const forbid = (...patterns) => ({
  "no-restricted-imports": ["error", { patterns: patterns.map(([group, message]) => ({ group, message })) }],
});

const NETWORK = [
  ["pg", "pg-copy-streams", "kafkajs", "axios", "@kubernetes/client-node"],
  "only src/clients and src/targets talk to servers",
];
const YARGS = [["yargs", "yargs/*"], "only src/cli knows the command line's parser"];
const CONTAINERS = [
  ["testcontainers", "**/testcontainers/**"],
  "src/testcontainers is for other people's tests: nothing else of src needs it",
];
const TERMINAL = [["listr2"], "only src/ui draws on the terminal"];
const COMMANDS = [
  ["**/commands/**", "**/cli/**"],
  "data flows one way: nothing below the command line knows of it",
];

export default tseslint.config(
  { ignores: ["dist/", "coverage/", "node_modules/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    plugins: { "simple-import-sort": sortImports },
    rules: {
      "simple-import-sort/imports": "error",
      "simple-import-sort/exports": "error",
      "no-console": "error",
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ["src/**/*.ts"], rules: forbid(NETWORK, YARGS, TERMINAL, COMMANDS, CONTAINERS) },
  { files: ["src/testcontainers/**"], rules: forbid(NETWORK, YARGS, TERMINAL, COMMANDS) },
  { files: ["src/clients/**", "src/targets/**"], rules: forbid(YARGS, TERMINAL, COMMANDS, CONTAINERS) },
  { files: ["src/ui/**"], rules: forbid(NETWORK, YARGS, COMMANDS, CONTAINERS) },
  { files: ["src/commands/**"], rules: forbid(NETWORK, YARGS, TERMINAL, CONTAINERS) },
  { files: ["src/cli/**", "src/cli.ts"], rules: forbid(NETWORK, TERMINAL, CONTAINERS) },
  {
    files: ["**/*.js", "**/*.mjs"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        Buffer: "readonly",
        AbortController: "readonly",
        fetch: "readonly",
      },
    },
  },
  {
    files: ["bench/**", "scripts/**", "test/**"],
    rules: { "no-console": "off", "max-lines": "off" },
  },
  prettier,
);
