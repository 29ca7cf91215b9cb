/** Searching one's own conversations and memories: at a desk, on a phone, by keyboard, and without scripts. */
import type { Locator, Page } from "@playwright/test";
import { HANDS } from "../support/hands.ts";
import { answered, awake, composer, expect, isAccessible, say, signIn, test } from "../support/test.ts";

const hits = (page: Page): Locator => page.locator("main li.hit");
const field = (page: Page): Locator => page.getByRole("searchbox", { name: "Words to look for" });

async function talk(page: Page, text: string): Promise<string> {
  await page.goto("/");
  await awake(page);
  await composer(page).fill(text);
  // By the button, which a phone has as well.
  await page.getByRole("button", { name: "Send" }).click();
  await page.waitForURL(/\/c\//);
  await answered(page);
  return new URL(page.url()).pathname;
}

for (const hands of HANDS) {
  test.describe(hands.name, () => {
    test.use(hands.options);
    test.beforeEach(async ({ page, person }) => signIn(page, person));

    test("what was said is found, marked, and opened at the very message", async ({ page }) => {
      await talk(page, "Say exactly: The boiler is in the cellar.");
      const there = await talk(page, "Our parrot Ignatius steals almonds <b>often</b>.");
      if (hands.options.isMobile) await hands.press(page, page.getByRole("button", { name: "Open the list" }));
      await hands.press(page, page.getByRole("navigation").getByRole("link", { name: "Search", exact: true }));
      await page.waitForURL(/\/search$/);
      await field(page).fill("almond steal");
      await hands.press(page, page.getByRole("button", { name: "Search" }));
      const mine = hits(page).filter({ hasText: "You" });
      await expect(mine).toHaveCount(1);
      await expect(mine.locator("mark")).toHaveText(["steals", "almonds"]);
      await expect(mine).toContainText("Our parrot Ignatius steals almonds <b>often</b>.");
      await expect(field(page)).toHaveValue("almond steal");
      await hands.press(page, mine.getByRole("link"));
      await page.waitForURL((url) => url.pathname === there);
      await expect(page.locator(":target")).toContainText("Ignatius");
      await expect(page.locator(":target")).toBeInViewport();
    });

    test("memories are found and lead to their place on their page", async ({ page, hearth, person }) => {
      await hearth.post("/api/memories/add", { statement: "I keep the spare key under the fern." }, person);
      for (let number = 0; number < 40; number += 1) {
        await hearth.post("/api/memories/add", { statement: `Shelf ${number} has box ${number * 31}.` }, person);
      }
      await page.goto("/search?q=spare+key&in=memories");
      await expect(hits(page)).toHaveCount(1);
      await hands.press(page, hits(page).getByRole("link"));
      await page.waitForURL(/\/memory/);
      await expect(page.locator(":target")).toContainText("I keep the spare key under the fern.");
    });
  });
}

test("dates, speakers and places narrow it, and a mistake loses nothing", async ({ page, person }) => {
  await signIn(page, person);
  await talk(page, "Say exactly: The walnut tree is old.");
  await page.goto("/search");
  await field(page).fill("walnut");
  await page.getByText("Narrow it down").click();
  await page.getByLabel("Said by").selectOption("Hearth");
  await page.getByRole("button", { name: "Search" }).click();
  await expect(hits(page)).toHaveCount(1);
  await expect(hits(page)).toContainText("Hearth");
  await expect(page.getByLabel("Said by")).toHaveValue("hearth");
  await page.getByLabel("To", { exact: true }).fill("2020-01-01");
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page.getByText("Nothing was found.")).toBeVisible();
  await isAccessible(page);
  await page.getByRole("link", { name: "Search everywhere and at any time" }).click();
  await expect(hits(page)).not.toHaveCount(0);

  await page.goto("/search?q=walnut&from=2026-02-02&to=2026-02-01&by=me");
  await expect(page.getByRole("alert")).toContainText("These dates do not fit together");
  await expect(field(page)).toHaveValue("walnut");
  await expect(page.getByLabel("From", { exact: true })).toHaveValue("2026-02-02");
  await isAccessible(page);
  const long = "walnut ".repeat(80);
  const answer = await page.goto(`/search?q=${encodeURIComponent(long)}`);
  expect(answer?.status()).toBe(422);
  await expect(page.getByRole("alert")).toContainText("500 characters");
  await expect(field(page)).toHaveValue(long);
});

test("a slash leads to the search from anywhere, and letters stay letters in it", async ({ page, person }) => {
  await signIn(page, person);
  await awake(page);
  await page.goto("/settings");
  await page.locator("body").press("/");
  await page.waitForURL(/\/search$/);
  await expect(field(page)).toBeFocused();
  await page.keyboard.type("and/or?");
  await expect(field(page)).toHaveValue("and/or?");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=and%2For/);
  await page.getByRole("heading", { level: 1 }).click();
  await page.locator("body").press("/");
  await expect(field(page)).toBeFocused();
});

test("more results come on the next page, each once", async ({ page, person }) => {
  await signIn(page, person);
  await page.goto("/");
  for (let number = 1; number <= 12; number += 1) {
    await say(page, `Say exactly: Pebble number ${number} & more.`);
    await answered(page);
  }
  await page.goto("/search?q=pebble+&in=messages");
  const seen = new Set<string>();
  for (;;) {
    for (const link of await hits(page).getByRole("link").all()) {
      const address = (await link.getAttribute("href"))!;
      expect(seen.has(address)).toBe(false);
      seen.add(address);
    }
    const more = page.getByRole("link", { name: "More results" });
    if ((await more.count()) === 0) break;
    await more.click();
    await page.waitForURL(/after=/);
  }
  // Twelve messages and their answers, and at most the title.
  expect([...seen].filter((address) => address.includes("#m-"))).toHaveLength(24);
});

test("other people do not find it", async ({ page, hearth, person, browser }) => {
  await signIn(page, person);
  await talk(page, "My secret word is Zebulon7.");
  const other = await browser.newContext({ baseURL: hearth.url });
  const theirs = await other.newPage();
  await signIn(theirs, hearth.administrator);
  await theirs.goto("/search?q=zebulon7&archived=true");
  await expect(theirs.getByText("Nothing was found.")).toBeVisible();
  await other.close();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("it works", async ({ page, hearth, person }) => {
    await hearth.post("/api/conversations/send", { text: "The lantern hangs in the porch.", idempotency_key: crypto.randomUUID() }, person);
    await page.goto("/sign-in");
    await page.getByLabel("Name").fill(person.name);
    await page.getByLabel("Password").fill(person.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.goto("/search");
    await field(page).fill("“hangs in the porch”");
    await page.getByRole("button", { name: "Search" }).click();
    await expect(hits(page).first().locator("mark")).toHaveText("hangs in the porch");
    await hits(page).first().getByRole("link").click();
    await page.waitForURL(/\/c\//);
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("axe finds nothing serious", async ({ page, hearth, person }) => {
      await signIn(page, person);
      await page.goto("/search");
      await isAccessible(page);
      await talk(page, "Our parrot Ignatius steals almonds.");
      await hearth.post("/api/memories/add", { statement: "I feed the parrot almonds." }, person);
      await page.goto("/search?q=almonds&archived=true");
      await expect(hits(page)).not.toHaveCount(0);
      await isAccessible(page);
    });
  });
}

test.describe("in Chinese", () => {
  test.use({ locale: "zh-CN" });

  test("words, single characters and dates are of that language", async ({ page, hearth, person }) => {
    await hearth.post("/api/account/preferences", { language: "zh-CN", theme: "device", reading_font: "serif", time_zone: "Asia/Shanghai", memory: "true" }, person);
    await hearth.post("/api/conversations/send", { text: "我的狗叫饼干，对鸡肉过敏。", idempotency_key: crypto.randomUUID() }, person);
    await page.goto("/sign-in");
    await page.locator("#field-name").fill(person.name);
    await page.locator("#field-password").fill(person.password);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/$/);
    for (const [words, mark] of [["饼干", "饼干"], ["狗", "狗"], ["“鸡肉过敏”", "鸡肉过敏"]] as const) {
      await page.goto(`/search?q=${encodeURIComponent(words)}&by=me&in=messages`);
      await expect(hits(page)).toHaveCount(1);
      await expect(hits(page).locator("mark")).toHaveText(mark);
      await expect(hits(page)).toContainText("你");
    }
    await isAccessible(page);
  });
});
