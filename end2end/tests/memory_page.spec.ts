/** What Hearth keeps about a person: how it comes to be kept, and every way to see, correct and end it. */
import type { Page } from "@playwright/test";
import { HANDS, type Hands } from "../support/hands.ts";
import { answer, answered, awake, composer, expect, signIn, test } from "../support/test.ts";

const TOLD = "Remember that I take my coffee black.";
const KEPT = /I take my coffee black|takes? (my|their) coffee black/;

async function talk(page: Page, hands: Hands, text: string): Promise<void> {
  await awake(page);
  const first = new URL(page.url()).pathname === "/";
  await composer(page).fill(text);
  await hands.press(page, page.getByRole("button", { name: "Send" }));
  if (first) await page.waitForURL(/\/c\//);
  else await expect(composer(page)).toHaveValue("");
  await answered(page);
}

const memories = (page: Page) => page.locator("main li.memory");

/** Writes a memory down by hand. */
async function add(page: Page, hands: Hands, words: string): Promise<void> {
  await page.goto("/memory");
  const field = page.getByLabel("What should Hearth remember?");
  if (!(await field.isVisible())) await hands.press(page, page.locator("main summary", { hasText: "Add something" }));
  await field.fill(words);
  await hands.press(page, page.getByRole("button", { name: "Remember this" }));
  await expect(page.getByText("Remembered.", { exact: true })).toBeVisible();
}

async function openMenu(page: Page, hands: Hands): Promise<void> {
  await hands.press(page, memories(page).first().locator("details.menu > summary"));
}

for (const hands of HANDS) {
  test.describe(hands.name, () => {
    test.use(hands.options);
    test.beforeEach(async ({ page, person }) => signIn(page, person));

    test("what one asks to be remembered is noted under the answer, stands on the page, and leads back", async ({ page }) => {
      await talk(page, hands, TOLD);
      await expect(answer(page).locator(".memory-note")).toContainText("Remembered:");
      await expect(answer(page).locator(".memory-note")).toContainText(KEPT);
      await page.goto("/memory");
      await expect(memories(page)).toHaveCount(1);
      await expect(memories(page)).toContainText(KEPT);
      await hands.press(page, memories(page).getByRole("link", { name: /you said this/ }));
      await expect(page.locator(":target")).toContainText(TOLD);
    });

    test("Undo takes back what was just remembered", async ({ page }) => {
      await talk(page, hands, TOLD);
      await hands.press(page, answer(page).getByRole("button", { name: /^Undo/ }));
      await expect(answer(page).getByRole("button", { name: /^Undo/ })).toHaveCount(0);
      await page.goto("/memory");
      await expect(page.getByText("Nothing is kept yet")).toBeVisible();
    });

    test("a memory is written by hand, corrected, pinned and forgotten", async ({ page }) => {
      await add(page, hands, "I live in Porto.");
      await expect(memories(page)).toContainText("written down by you");
      await openMenu(page, hands);
      await page.getByLabel("What is remembered").fill("I live in Lisbon.");
      await hands.press(page, page.getByRole("button", { name: "Correct it" }));
      await expect(page.getByText("Saved.")).toBeVisible();
      await expect(memories(page).locator(".memory-statement")).toHaveText("I live in Lisbon.");
      await openMenu(page, hands);
      await hands.press(page, page.getByRole("button", { name: "Always keep in mind" }));
      await expect(memories(page).locator(".memory-about")).toContainText("always in mind");
      await openMenu(page, hands);
      await hands.press(page, memories(page).locator(".delete > summary"));
      await hands.press(page, page.getByRole("button", { name: "Forget this" }));
      await expect(page.getByText("Nothing is kept yet")).toBeVisible();
      await page.reload();
      await expect(page.getByText("Lisbon")).toHaveCount(0);
    });

    test("a changed memory holds now, and the former one is shown as past", async ({ page }) => {
      await add(page, hands, "I live in Porto.");
      await openMenu(page, hands);
      await hands.press(page, memories(page).locator("summary", { hasText: "This changed" }));
      await page.getByLabel("What holds now").fill("I live in Faro.");
      await hands.press(page, page.getByRole("button", { name: "This changed" }));
      await expect(memories(page).filter({ hasText: "I live in Porto." })).toContainText("now: I live in Faro.");
    });

    test("\u201cforget that\u201d in a conversation forgets it, or asks which one is meant", async ({ page }) => {
      await talk(page, hands, TOLD);
      await talk(page, hands, "Forget that I take my coffee black.");
      const note = answer(page).locator(".memory-note");
      await expect(note).toBeVisible();
      const which = note.getByRole("button", { name: /^Forget/ });
      // More than one thing can be meant: the memory and the message that it came from.
      while ((await which.count()) > 0) {
        const left = await which.count();
        await hands.press(page, which.first());
        await expect.poll(() => which.count()).toBeLessThan(left);
        await awake(page);
      }
      await page.goto("/memory");
      await expect(page.getByText("Nothing is kept yet")).toBeVisible();
    });
  });
}
