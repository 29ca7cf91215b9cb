/** Eyes and hands differ: less motion, more contrast, larger letters. */
import { answered, expect, say, signIn, test } from "../support/test.ts";

const PAGES = ["/", "/conversations", "/settings", "/transfer", "/people", "/models"];

test("nothing moves when reduced motion is set", async ({ page, person }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await signIn(page, person);
  await say(page, "Count to 60");
  const moving = await page.evaluate(() =>
    document.getAnimations().filter((animation) => animation.playState === "running").length,
  );
  expect(moving).toBe(0);
  await answered(page);
});

test("more contrast gives black on white and edges that are seen", async ({ page, person }) => {
  await page.emulateMedia({ contrast: "more", colorScheme: "light" });
  await signIn(page, person);
  const colours = await page.evaluate(() => [
    getComputedStyle(document.body).color,
    getComputedStyle(document.documentElement).backgroundColor,
  ]);
  expect(colours).toEqual(["rgb(0, 0, 0)", "rgb(255, 255, 255)"]);
});

test("in forced colours the focus and the buttons are distinguishable", async ({ page, person }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await signIn(page, person);
  await page.keyboard.press("Tab");
  const [outline, border] = await page.evaluate(() => {
    const button = document.querySelector(".send");
    return [getComputedStyle(document.activeElement!).outlineStyle, button && getComputedStyle(button).borderStyle];
  });
  expect(outline).not.toBe("none");
  expect(border).not.toBe("none");
});

test("at twice the size nothing is cut and nothing scrolls sideways", async ({ browser, hearth }) => {
  // 1280 × 800 at 200 % are 640 × 400 CSS pixels.
  const context = await browser.newContext({
    baseURL: hearth.url,
    viewport: { width: 640, height: 400 },
    deviceScaleFactor: 2,
  });
  const page = await context.newPage();
  await signIn(page, hearth.administrator);
  await say(page, "Say exactly: A reply of a few words.");
  await answered(page);
  for (const path of [new URL(page.url()).pathname, ...PAGES]) {
    await page.goto(path);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(over, `${path} is ${over} px too wide`).toBeLessThanOrEqual(0);
  }
  await context.close();
});
