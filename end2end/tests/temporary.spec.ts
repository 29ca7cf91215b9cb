/** Temporary conversations: whole while they go on, in no list, and gone when they are ended. */
import type { Page } from "@playwright/test";
import { HANDS, type Hands } from "../support/hands.ts";
import { answer, answered, awake, composer, expect, signIn, test } from "../support/test.ts";

const CANARY = "Zebulon";
const about = "A temporary conversation.";

/** Begins one, and waits for the answer. */
async function begin(page: Page, hands: Hands, text: string): Promise<void> {
  await awake(page);
  await page.getByLabel("Memory").selectOption({ label: "Temporary: nothing stays" });
  await composer(page).fill(text);
  await hands.press(page, page.getByRole("button", { name: "Send" }));
  await page.waitForURL(/\/c\//);
  await answered(page);
}

for (const hands of HANDS) {
  test.describe(hands.name, () => {
    test.use(hands.options);
    test.beforeEach(async ({ page, person }) => signIn(page, person));

    test("it is in no list, survives a reload, and is gone when it is ended", async ({ page }) => {
      await begin(page, hands, `Say exactly: ${CANARY}.`);
      const address = page.url();
      await expect(page.getByText(about)).toBeVisible();
      await page.reload();
      await expect(answer(page)).toContainText(CANARY);
      await expect(page.getByText(about)).toBeVisible();
      await page.goto("/conversations");
      await expect(page.getByRole("main").getByText(CANARY)).toHaveCount(0);
      await expect(page.getByRole("navigation").getByText(CANARY)).toHaveCount(0);

      await page.goto(address);
      await awake(page);
      await hands.press(page, page.getByRole("button", { name: "End and delete" }));
      await page.waitForURL((url) => url.pathname === "/");
      await expect(composer(page)).toBeVisible();
      const gone = await page.goto(address);
      expect(gone?.status()).toBe(404);
    });

    test("its menu offers nothing that would keep it", async ({ page }) => {
      await begin(page, hands, "Say exactly: Between us.");
      await awake(page);
      await hands.press(page, page.getByRole("button", { name: "Options", exact: true }));
      await expect(page.getByLabel("Title")).toBeVisible();
      for (const name of ["Pin", "Archive", "Share"]) {
        await expect(page.locator("#options").getByRole("button", { name })).toHaveCount(0);
      }
      await expect(page.locator("#options").getByLabel("Memory")).toHaveCount(0);
    });
  });
}

test("nothing of it is recalled later", async ({ page, person }) => {
  await signIn(page, person);
  const [desk] = HANDS;
  await begin(page, desk!, `My dog ${CANARY} is allergic to chicken.`);
  await page.goto("/");
  await awake(page);
  await composer(page).fill(`What is my dog ${CANARY} allergic to?`);
  await page.getByRole("button", { name: "Send" }).click();
  await page.waitForURL(/\/c\//);
  await answered(page);
  await expect(answer(page).getByText("you told me")).toHaveCount(0);
  await page.goto("/memory");
  await expect(page.getByRole("main").getByText("chicken")).toHaveCount(0);
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("it is begun and ended by plain forms", async ({ page, person }) => {
    await signIn(page, person);
    await page.goto("/");
    await page.getByLabel("Memory").selectOption({ label: "Temporary: nothing stays" });
    await page.getByLabel("Message").fill("Say exactly: Plain.");
    await page.getByRole("button", { name: "Send" }).click();
    await page.waitForURL(/\/c\//);
    await expect(page.getByText(about)).toBeVisible();
    await page.getByRole("button", { name: "End and delete" }).click();
    await page.waitForURL((url) => url.pathname === "/");
  });
});
