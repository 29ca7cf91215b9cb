/** Reading: far back, large, wide, and by footnote. */
import type { Page } from "@playwright/test";
import { FACT } from "../support/model_server.ts";
import { answered, awake, expect, noSidewaysScroll, say, signIn, test } from "../support/test.ts";

const PATHS = ["/", "/conversations", "/settings", "/transfer", "/people", "/models", "/nothing-here"];

/** Talks without the page, many times. */
async function talk(page: Page, conversation: string, turns: number): Promise<void> {
  const origin = new URL(page.url()).origin;
  const headers = { origin, accept: "application/json" };
  for (let turn = 1; turn <= turns; turn += 1) {
    const form = { conversation, text: `Say exactly: Turn ${turn}.`, idempotency_key: crypto.randomUUID() };
    const sent = await page.request.post("/api/conversations/send", { form, headers });
    expect(sent.ok(), await sent.text()).toBe(true);
    const { answer } = await sent.json();
    await expect(async () => {
      const now = await page.request.get(`/api/conversations/open?id=${conversation}`, { headers });
      const { messages } = await now.json();
      expect(messages.find(({ id }: { id: string }) => id === answer).answer.status).toBe("done");
    }).toPass({ intervals: [20, 50, 100] });
  }
}

test("earlier messages are a link away, and a footnote finds them", async ({ page, person }) => {
  test.setTimeout(120_000);
  await signIn(page, person);
  await say(page, "My dog Biscuit is allergic to chicken.");
  await answered(page);
  const conversation = page.url().split("/").at(-1)!;
  await talk(page, conversation, 31);
  await page.reload();
  await awake(page);
  await expect(page.getByText("Say exactly: Turn 31.")).toBeInViewport();
  await expect(page.getByText("My dog Biscuit")).toHaveCount(0);
  await page.getByRole("link", { name: "Earlier messages" }).click();
  await expect(page.getByText("My dog Biscuit")).toBeVisible();
  await page.getByRole("link", { name: "To the newest words" }).click();
  await expect(page.getByText("Say exactly: Turn 31.")).toBeInViewport();

  await page.goto("/");
  await say(page, "What is my dog Biscuit allergic to?");
  await answered(page);
  await page.locator("summary", { hasText: "you told me" }).click();
  await page.getByRole("link", { name: "My dog Biscuit is allergic to chicken." }).click();
  await expect(page.locator(":target")).toContainText("My dog Biscuit is allergic to chicken.");
  await expect(page.locator(":target")).toBeInViewport();
});

test("a recalled answer is not counted as something the person said", async ({ page, person }) => {
  await signIn(page, person);
  await say(page, "Tell me something.");
  await answered(page);
  await page.goto("/");
  await say(page, "Where is the cellar key?");
  await answered(page);
  const line = page.locator(".footnote > summary");
  await expect(line).toHaveText("Used something I said earlier");
  await line.click();
  await expect(page.locator(".footnote").getByText(/^I said, /)).toBeVisible();
  await page.getByRole("link", { name: FACT }).click();
  await expect(page.locator(":target")).toContainText(FACT);
});

for (const [name, viewport] of [["200 % zoom", { width: 640, height: 400 }], ["a phone", { width: 390, height: 844 }], ["a narrow phone", { width: 320, height: 640 }]] as const) {
  test(`nothing scrolls sideways at ${name}, however long a word, a title or a name is`, async ({ browser, hearth }) => {
    test.setTimeout(90_000);
    const context = await browser.newContext({ baseURL: hearth.url, viewport });
    const page = await context.newPage();
    const long = await hearth.newPerson(`${"Wolkenkuckucksheim".repeat(3)}${viewport.width}`);
    const user = (await hearth.get("/api/people", hearth.administrator)).find((one: { name: string }) => one.name === long.name).id;
    await hearth.post("/api/people/role", { user, role: "administrator" }, hearth.administrator);
    await signIn(page, long);
    const word = "Donaudampfschifffahrtsgesellschaft".repeat(12);
    await say(page, `Say exactly: ${word} \`${word}\` and [${word}](https://example.com/${word})\n\n# ${word}`);
    await answered(page);
    await page.getByRole("button", { name: "Options" }).click();
    await page.getByLabel("Title").fill("T".repeat(200));
    await noSidewaysScroll(page, "the options");
    await page.getByRole("button", { name: "Rename" }).click();
    await awake(page);
    await noSidewaysScroll(page, "the conversation");
    for (const path of PATHS) {
      await page.goto(path);
      await noSidewaysScroll(page, path);
    }
    await page.goto("/");
    await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
    await noSidewaysScroll(page, "letters twice as large");
    await context.close();
  });
}
