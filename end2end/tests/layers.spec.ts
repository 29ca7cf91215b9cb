/** Layers over memories: what happened several times is one line, which its person can open and separate. */
import type { Page } from "@playwright/test";
import { HANDS, type Hands } from "../support/hands.ts";
import { expect, signIn, test } from "../support/test.ts";

const memories = (page: Page) => page.locator("main li.memory");

async function add(page: Page, hands: Hands, words: string): Promise<void> {
  await page.goto("/memory");
  const field = page.getByLabel("What should Hearth remember?");
  if (!(await field.isVisible())) await hands.press(page, page.locator("main summary", { hasText: "Add something" }));
  await field.fill(words);
  await hands.press(page, page.getByRole("button", { name: "Remember this" }));
  await expect(page.getByText("Remembered.", { exact: true })).toBeVisible();
}

for (const hands of HANDS) {
  test.describe(hands.name, () => {
    test.use(hands.options);
    test.beforeEach(async ({ page, person }) => signIn(page, person));

    test("three runs become one line that counts them, opens, and is separated again", async ({ page }) => {
      for (const day of ["3 May", "10 May", "12 June"]) await add(page, hands, `I went running on ${day} 2026.`);
      const line = memories(page).filter({ hasText: "I went running (3 times, from 3 May to 12 June 2026)" });
      await expect(async () => {
        await page.goto("/memory?layer=together");
        await expect(line).toHaveCount(1, { timeout: 500 });
      }).toPass();
      await expect(memories(page)).toHaveCount(1);
      await hands.press(page, line.locator("summary", { hasText: "3 memories of this" }));
      await expect(line.locator("ul > li").filter({ hasText: "10 May" }).first()).toBeVisible();
      await hands.press(page, line.getByRole("button", { name: "Separate again" }));
      await expect(page.getByText("Separated.", { exact: true })).toBeVisible();
      await page.goto("/memory");
      await expect(memories(page)).toHaveCount(3);
    });

    test("without combined or faded memories the list says what they are", async ({ page }) => {
      await add(page, hands, "I live in Porto.");
      await page.goto("/memory?layer=together");
      await expect(page.getByText("No combined memories.")).toBeVisible();
      await page.goto("/memory?layer=faded");
      await expect(page.getByText("No faded memories.")).toBeVisible();
      await hands.press(page, page.getByRole("link", { name: "Show everything" }));
      await expect(memories(page)).toHaveCount(1);
    });
  });
}
