import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const FOREIGN_STYLES = {
  regex: "^\\.\\./.*\\.module\\.css$",
  message: "A style sheet belongs to its folder.",
};

/** Forbid the files of a folder to import the folders that are built of it. */
function below(folder, ...names) {
  const patterns = names.map((name) => ({
    regex: `^(\\.\\./)+${name}/`,
    message: `${name} imports ${folder}.`,
  }));
  return {
    files: [`src/${folder}/**/*.{ts,tsx}`],
    rules: { "no-restricted-imports": ["error", { patterns: [...patterns, FOREIGN_STYLES] }] },
  };
}

export default tseslint.config(
  { ignores: ["dist"] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  reactHooks.configs.flat["recommended-latest"],
  {
    languageOptions: { parserOptions: { project: ["./tsconfig.json"] } },
    rules: {
      // Handlers start work whose outcome the query client tells of.
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
      // Tokens and what people write stay out of logs.
      "no-console": "error",
    },
  },
  below("api", "auth", "components", "features", "app"),
  below("auth", "features", "app"),
  below("components", "features", "app"),
  below("features", "app"),
  { files: ["**/*.js"], ...tseslint.configs.disableTypeChecked },
);
