import { defineConfig } from "@playwright/test";
import { browser } from "./support/browser.ts";

/** Pictures to look at, into the folder named by HEARTH_SCREENSHOTS (default: target/screenshots). */
export default defineConfig({
  testDir: ".",
  testMatch: "screenshots.ts",
  workers: 1,
  timeout: 600_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: { ...browser, actionTimeout: 15_000 },
});
