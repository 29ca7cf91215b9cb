/** Single keys, and the sheet that tells them. */
import type { Page } from "@playwright/test";
import { answered, awake, composer, expect, say, signIn, test } from "../support/test.ts";

/** Leaves the text field, as the sheet says. */
async function leaveField(page: Page): Promise<void> {
  await composer(page).focus();
  await page.keyboard.press("Escape");
  await expect(composer(page)).not.toBeFocused();
}

test("a question mark shows the sheet, and Escape takes it away", async ({ page, person }) => {
  await signIn(page, person);
  await leaveField(page);
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keys" });
  await expect(sheet).toBeVisible();
  await expect(sheet.getByText("Copy the newest answer")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
});

test("keys lead from conversation to conversation, to a new one, and into the text field", async ({ page, person }) => {
  await signIn(page, person);
  await say(page, "Say exactly: One.");
  await answered(page);
  const older = page.url();
  await leaveField(page);
  await page.keyboard.press("n");
  await page.waitForURL(/\/$/);
  await say(page, "Say exactly: Two.");
  await answered(page);
  const newer = page.url();
  await page.reload();
  await awake(page);
  await leaveField(page);
  await page.keyboard.press("j");
  await page.waitForURL(older);
  await awake(page);
  await leaveField(page);
  await page.keyboard.press("k");
  await page.waitForURL(newer);
  await awake(page);
  await leaveField(page);
  await page.keyboard.press("w");
  await expect(composer(page)).toBeFocused();
  await expect(composer(page)).toHaveValue("");
});

test("a key stops an answer", async ({ page, person }) => {
  await signIn(page, person);
  await say(page, "Count to 400");
  await leaveField(page);
  await expect(page.getByRole("button", { name: "Stop" })).toBeVisible();
  await page.keyboard.press("s");
  await expect(page.getByText("Stopped. What was written is kept.")).toBeVisible();
});

test("letters stay letters while a message is written", async ({ page, person }) => {
  await signIn(page, person);
  await awake(page);
  await composer(page).fill("");
  await composer(page).pressSequentially("jkns?w");
  await expect(composer(page)).toHaveValue("jkns?w");
  await expect(page).toHaveURL(/\/$/);
});

test("keys can be switched off for speech input, and stay off", async ({ page, person }) => {
  await signIn(page, person);
  await page.getByRole("button", { name: "Keys" }).click();
  await page.getByLabel("Use these keys on this device").uncheck();
  await page.getByRole("button", { name: "Close" }).click();
  await page.goto("/settings");
  await page.locator("body").press("n");
  await page.locator("body").press("l");
  await expect(page).toHaveURL(/\/settings$/);
  await page.locator("body").press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
});
