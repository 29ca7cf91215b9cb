/** A model that thinks: the thoughts are counted, can be cut short, stay folded, and never go back to it. */
import type { Page } from "@playwright/test";
import { Hearth } from "../support/hearth.ts";
import { EMBED, THINKER } from "../support/model_server.ts";
import { answer, answered, awake, expect, say, test } from "../support/test.ts";

let hearth: Hearth;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  hearth = await Hearth.startSetUp([THINKER, EMBED]);
});
test.afterAll(() => hearth.stop());

const fold = (page: Page) => answer(page).locator("details.thoughts");

async function enter(page: Page): Promise<void> {
  const person = await hearth.newPerson();
  await page.goto(`${hearth.url}/sign-in`);
  await page.getByLabel("Name").fill(person.name);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "What is on your mind?" })).toBeVisible();
  await awake(page);
}

for (const [name, viewport] of [["a desk", { width: 1440, height: 900 }], ["a phone", { width: 390, height: 844 }]] as const) {
  test(`on ${name} thoughts are counted while they last and folded afterwards`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await enter(page);
    await say(page, "Think 40 thoughts. Say exactly: Done **thinking**.");
    await expect(answer(page).getByText("Thinking, 1 s")).toBeVisible();
    await expect(answer(page).getByText("Thinking, 2 s")).toBeVisible();
    await expect(answer(page)).not.toContainText("thought 1.");
    await answered(page);
    await expect(answer(page)).toContainText("Done thinking.");
    await expect(fold(page).locator("summary")).toHaveText(/^Thought for [345] s$/);
    await expect(fold(page)).not.toContainText("thought 1.");
    await fold(page).locator("summary").click();
    await expect(fold(page)).toContainText("thought 40.");
    await page.reload();
    await expect(fold(page)).not.toHaveAttribute("open");
    await fold(page).locator("summary").focus();
    await awake(page);
    await page.keyboard.press("Enter");
    await expect(fold(page)).toContainText("thought 1.");
  });
}

test("thinking can be ended for an answer at once, by keyboard too", async ({ page }) => {
  await enter(page);
  await say(page, "Think 500 thoughts. Say exactly: At once.");
  const now = answer(page).getByRole("button", { name: "Answer now" });
  await expect(now).toBeVisible();
  await now.focus();
  await page.keyboard.press("Enter");
  await answered(page);
  await expect(answer(page)).toContainText("At once.");
  await expect(fold(page).locator("summary")).toHaveText(/^Thought for \d+ s, then answered at once$/);
  expect(hearth.models.chats.some(({ think, messages }) => think === false && messages.at(-1)!.content.includes("Think 500 thoughts."))).toBe(true);
});

test("a reload in the middle of it goes on counting, and Stop stops it", async ({ page }) => {
  await enter(page);
  await say(page, "Think 500 thoughts. Say exactly: Never.");
  await expect(answer(page).getByText("Thinking, 3 s")).toBeVisible();
  await page.reload();
  await expect(answer(page).getByText(/^Thinking, [3-9] s$/)).toBeVisible();
  await page.getByRole("button", { name: "Stop" }).click();
  await answered(page);
  await expect(answer(page)).not.toContainText("Never.");
});

test("no thought is sent back, and it is not remembered", async ({ page }) => {
  await enter(page);
  await say(page, "Think exactly: The heron is blue. End of thoughts. Say exactly: Yes.");
  await answered(page);
  await expect(fold(page)).toBeVisible();
  const before = hearth.models.chats.length;
  await say(page, "And what do you say now?");
  await answered(page);
  const later = hearth.models.chats.slice(before);
  expect(later.length).toBeGreaterThan(0);
  for (const { messages } of later) {
    const answers = messages.filter(({ role }) => role === "assistant").map((message) => JSON.stringify(message));
    expect(answers.join("")).not.toContain("heron");
  }
  expect(later.some(({ messages }) => messages.some(({ role, content }) => role === "assistant" && content === "Yes."))).toBe(true);
});

test("without scripts a link opens the thoughts", async ({ browser, page }) => {
  await enter(page);
  await say(page, "Think 3 thoughts. Say exactly: Plain.");
  await answered(page);
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
  const plain = await context.newPage();
  await plain.goto(page.url());
  await plain.locator("details.thoughts summary").click();
  await plain.locator("details.thoughts").getByRole("link").click();
  await expect(plain.locator("details.thoughts[open]")).toContainText("thought 3.");
  await context.close();
});
