import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Rules are tested by themselves; components (`*.test.tsx`) in a document. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: "rules", include: ["{src,fonts}/**/*.test.ts"], isolate: false } },
      {
        plugins: [react()],
        test: {
          name: "components",
          include: ["src/**/*.test.tsx"],
          environment: "jsdom",
          isolate: false,
          testTimeout: 60_000,
          environmentOptions: { jsdom: { url: "https://retake.test/" } },
          setupFiles: ["src/testing/setup.ts"],
        },
      },
    ],
  },
});
