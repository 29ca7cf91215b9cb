/** What people and models write runs the way its own letters do, on pages of another direction. */
import type { Locator, Page } from "@playwright/test";
import { answer, answered, answerText, awake, composer, expect, say, signIn, test } from "../support/test.ts";

const PERSIAN = "سلام، حال شما چطور است؟";
const MIXED = `سلام **دنیا:** این یک پاراگراف است.

A paragraph in English.

- یک مورد
- an English item
  - مورد تو در تو

> نقل قول از یک کتاب

\`\`\`sh
ls -la
\`\`\`
`;

const direction = (element: Locator) => element.evaluate((it) => getComputedStyle(it).direction);

/** Whether the words of an element touch its end rather than its beginning on the left. */
async function standsRight(element: Locator): Promise<boolean> {
  return element.evaluate((it) => {
    const range = document.createRange();
    range.selectNodeContents(it);
    const [words, box] = [range.getBoundingClientRect(), it.getBoundingClientRect()];
    return box.right - words.right < words.left - box.left;
  });
}

async function begin(page: Page, text: string): Promise<void> {
  await say(page, text);
  await answered(page);
}

test("the composer, the message, its editor and its title begin on the right in Persian", async ({ page, person }) => {
  await signIn(page, person);
  await awake(page);
  expect(await direction(composer(page))).toBe("ltr");
  await composer(page).fill(PERSIAN);
  expect(await direction(composer(page))).toBe("rtl");
  await composer(page).fill("Hello");
  expect(await direction(composer(page))).toBe("ltr");
  await composer(page).fill("");

  await begin(page, PERSIAN);
  expect(await direction(page.locator(".said-text"))).toBe("rtl");
  await page.getByRole("button", { name: "Options", exact: true }).click();
  await page.getByLabel("Title").fill(PERSIAN);
  expect(await direction(page.getByLabel("Title"))).toBe("rtl");
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(PERSIAN);
  expect(await direction(page.getByRole("heading", { level: 1 }))).toBe("rtl");
  await page.goto("/conversations");
  expect(await direction(page.getByRole("main").locator(".row-title").first())).toBe("rtl");
});

test("a draft in Persian comes back from the right", async ({ page, person }) => {
  await signIn(page, person);
  await awake(page);
  await composer(page).fill(PERSIAN);
  await page.reload();
  await awake(page);
  await expect(composer(page)).toHaveValue(PERSIAN);
  expect(await direction(composer(page))).toBe("rtl");
});

test("each paragraph, item and quote of an answer runs its own way, and code from the left", async ({ page, person }) => {
  await signIn(page, person);
  await begin(page, `Say exactly: ${MIXED}`);
  const text = answerText(page);
  for (const moment of ["streamed", "reloaded"]) {
    expect(await direction(text.getByText("پاراگراف"), ), moment).toBe("rtl");
    expect(await direction(text.getByText("A paragraph in English.")), moment).toBe("ltr");
    expect(await direction(text.getByRole("listitem").filter({ hasText: "یک مورد" })), moment).toBe("rtl");
    expect(await direction(text.getByRole("listitem").filter({ hasText: "an English item" })), moment).toBe("ltr");
    expect(await direction(text.getByRole("listitem").filter({ hasText: "تو در تو" }).last()), moment).toBe("rtl");
    expect(await direction(text.locator("blockquote")), moment).toBe("rtl");
    expect(await direction(text.locator("pre")), moment).toBe("ltr");
    expect(await standsRight(text.getByText("پاراگراف")), moment).toBe(true);
    await page.reload();
    await awake(page);
  }
});

test("a memory in Persian and a search for it run from the right", async ({ page, person }) => {
  await signIn(page, person);
  await page.goto("/memory");
  const statement = "من چای را بدون شکر می‌نوشم";
  await page.getByText("Add something").click();
  await page.getByLabel("What should Hearth remember?").fill(statement);
  expect(await direction(page.getByLabel("What should Hearth remember?"))).toBe("rtl");
  await page.locator("form", { has: page.getByLabel("What should Hearth remember?") }).getByRole("button").click();
  await expect(page.locator(".memory-statement").first()).toHaveText(statement);
  expect(await direction(page.locator(".memory-statement").first())).toBe("rtl");
  await page.goto("/search?q=" + encodeURIComponent("چای"));
  expect(await direction(page.getByRole("searchbox", { name: "Words to look for" }))).toBe("rtl");
  await expect(page.locator(".hit-words").first()).toContainText("چای");
  expect(await direction(page.locator(".hit-words").first())).toBe("rtl");
});
