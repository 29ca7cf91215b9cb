import { defineConfig } from "@playwright/test";
import { browser } from "./support/browser.ts";

/** One worker: its tests share one server, which brings its own database server. */
export default defineConfig({
  testDir: "tests",
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: { ...browser, trace: "retain-on-failure", screenshot: "only-on-failure" },
});
