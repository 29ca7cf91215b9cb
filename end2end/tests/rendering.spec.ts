/** A rich answer: set well, calm while it grows, and the reader's own to scroll. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { RICH } from "../support/rich.ts";
import { answer, answered, answerText, awake, composer, DESK, expect, noSidewaysScroll, PHONE, say, signIn, test } from "../support/test.ts";

/** How much the page has jumped so far, by the browser's own count. */
async function countShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const counted = window as unknown as { shifts: number };
    counted.shifts = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
        if (!entry.hadRecentInput) counted.shifts += entry.value;
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

const shifts = (page: Page) => page.evaluate(() => (window as unknown as { shifts: number }).shifts);

for (const [name, viewport] of [["a desk", DESK], ["a phone", PHONE]] as const) {
  test.describe(`on ${name}`, () => {
    test.use({ viewport });

    test("a rich answer is the same streamed and reloaded, and only what is wide scrolls", async ({ page, person }) => {
      await countShifts(page);
      await signIn(page, person);
      await say(page, "Hello");
      await answered(page);
      const before = await shifts(page);
      await say(page, `Say exactly: ${RICH}`);
      await answered(page);
      expect((await shifts(page)) - before).toBeLessThan(0.05);
      const html = async () => (await answerText(page).innerHTML()).trim();
      const streamed = await html();
      await page.reload();
      await awake(page);
      await expect(answer(page).locator(".code-copy")).toHaveCount(2);
      expect(await html()).toBe(streamed);

      const text = answerText(page);
      await expect(text.getByRole("heading", { name: "A garden in a small yard" })).toBeVisible();
      await expect(text.getByRole("table")).toHaveCount(1);
      await expect(text.getByRole("checkbox")).toHaveCount(2);
      await expect(text.getByRole("checkbox").first()).toBeChecked();
      await expect(text.locator("math")).toHaveCount(2);
      await expect(text.locator(".hl-keyword").first()).toBeVisible();
      await expect(text.locator(".code-language")).toHaveText(["rust", "python"]);
      expect(await text.getByText("الحديقة").evaluate((p) => getComputedStyle(p).direction)).toBe("rtl");
      await expect(text.getByText("番茄每天浇水")).toHaveAttribute("lang", "zh");
      await noSidewaysScroll(page);
      for (const wide of await text.locator("pre, .scroll, .formula").all()) {
        const box = (await wide.boundingBox())!;
        expect(box.x + box.width).toBeLessThanOrEqual(viewport.width);
      }
      expect(await text.locator("pre").first().evaluate((pre) => pre.scrollWidth > pre.clientWidth)).toBe(true);
    });

    test("code is copied whole", async ({ context, page, person }) => {
      await context.grantPermissions(["clipboard-read", "clipboard-write"]);
      await signIn(page, person);
      await say(page, "Say exactly: ```sh\nls -la\n\tcat <a> & \"b\"\n```");
      await answered(page);
      await answer(page).locator(".prose").getByRole("button", { name: "Copy" }).click();
      await expect(answer(page).locator(".prose").getByRole("button", { name: "Copied" })).toBeVisible();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("ls -la\n\tcat <a> & \"b\"\n");
      await expect(answer(page).locator(".prose").getByRole("button", { name: "Copy" })).toBeVisible();
    });
  });
}

test("with the keyboard alone code is scrolled and copied, and a footnote is visited", async ({ context, page, person }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await signIn(page, person);
  await say(page, `Say exactly: ${RICH}`);
  await answered(page);
  const text = answerText(page);
  await text.locator(".mention a").focus();
  await page.keyboard.press("Enter");
  await expect(text.locator(".note")).toBeInViewport();
  await expect(page.locator(":target")).toContainText("The dog, who is allergic to chicken.");
  await page.keyboard.press("Tab");
  await expect(text.locator(".note a")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(text.locator(".mention a")).toBeInViewport();
  await text.getByRole("button", { name: "Copy" }).first().focus();
  await page.keyboard.press("Enter");
  await expect(text.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("fn water(");
  await page.keyboard.press("Tab");
  await expect(text.locator("pre").first()).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => text.locator("pre").first().evaluate((pre) => pre.scrollLeft)).toBeGreaterThan(0);
});

test("what is selected stays selected while the answer grows and when it ends", async ({ page, person }) => {
  await signIn(page, person);
  await say(page, "Say slowly: A first block with *words*.\n\nA second block that grows for a while and is much longer than the first one.\n\nA third.");
  const first = answer(page).locator(".prose p").first();
  await expect(answer(page).locator(".prose p").nth(1)).toBeVisible();
  await first.evaluate((block) => getSelection()!.selectAllChildren(block));
  await answered(page);
  await expect(answer(page)).toContainText("A third.");
  expect(await page.evaluate(() => getSelection()!.toString())).toBe("A first block with words.");
});

test("the page follows until the reader scrolls up, and one press brings them down again", async ({ page, person }) => {
  await signIn(page, person);
  await say(page, "Say exactly: " + "A line of its own.\n\n".repeat(40));
  await answered(page);
  await say(page, "Count to 250");
  const below = page.getByRole("button", { name: "New text below" });
  await expect(answer(page).locator(".prose")).toContainText("number 30.");
  const gap = () => page.evaluate(() => document.documentElement.scrollHeight - innerHeight - scrollY);
  expect(await gap()).toBeLessThan(96);
  await expect(below).toBeHidden();
  await page.mouse.move(600, 300);
  await page.mouse.wheel(0, -700);
  await expect(below).toBeVisible();
  const place = await page.evaluate(() => scrollY);
  await expect(answer(page).locator(".prose")).toContainText("number 120.");
  expect(await page.evaluate(() => scrollY)).toBe(place);
  await below.click();
  await expect(below).toBeHidden();
  await expect.poll(gap).toBeLessThan(96);
  await expect(answer(page).locator(".prose")).toContainText("number 200.");
  expect(await gap()).toBeLessThan(96);
  await answered(page);
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("every colour of a rich answer can be read", async ({ page, person }) => {
      await signIn(page, person);
      await say(page, `Say exactly: ${RICH}`);
      await answered(page);
      await composer(page).blur();
      const { violations } = await new AxeBuilder({ page }).include(".prose").analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
      expect(await faintest(page)).toBeGreaterThanOrEqual(4.5);
    });
  });
}

/** The lowest contrast of all colours that code can have, on the ground that it stands on. */
function faintest(page: Page): Promise<number> {
  return page.evaluate(() => {
    const code = document.querySelector(".prose pre code")!;
    const ground = getComputedStyle(code.closest(".code")!).backgroundColor;
    const kinds = ["keyword", "tag", "string", "inserted", "number", "deleted", "function", "attribute", "type", "comment", "heading"];
    const light = (colour: string) => {
      const [red, green, blue] = colour.match(/[\d.]+/g)!.map((part) => {
        const share = Number(part) / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
    };
    const contrasts = kinds.map((kind) => {
      const span = document.createElement("span");
      span.className = `hl-${kind}`;
      code.append(span);
      const pair = [light(getComputedStyle(span).color), light(ground)].sort((a, b) => b - a);
      span.remove();
      return (pair[0]! + 0.05) / (pair[1]! + 0.05);
    });
    return Math.min(...contrasts);
  });
}
