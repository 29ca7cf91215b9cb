/** One person on several devices, and what an administrator did to the account. */
import type { Page } from "@playwright/test";
import { answered, awake, composer, device, expect, say, signIn, test } from "../support/test.ts";

test("the list follows what another device begins, names and deletes", async ({ browser, hearth, page, person }) => {
  await signIn(page, person);
  await awake(page);
  const sidebar = page.getByRole("navigation", { name: "Conversations and pages" });
  await expect(sidebar.getByRole("heading", { name: "Conversations" })).toBeHidden();
  const other = await device(browser, hearth, person);
  await say(other, "Say exactly: Bread and salt.");
  const row = sidebar.locator(`[data-conversation="${other.url().split("/").at(-1)}"]`);
  await expect(row).toBeVisible();
  await expect(sidebar.getByRole("heading", { name: "Conversations" })).toBeVisible();
  await answered(other);
  await other.getByRole("button", { name: "Options" }).click();
  await other.getByLabel("Title").fill("Bread <b>& salt</b>");
  await other.getByRole("button", { name: "Rename" }).click();
  await expect(row).toHaveText("Bread <b>& salt</b>");
  await other.getByRole("button", { name: "Options" }).click();
  await other.locator("summary", { hasText: "Delete" }).click();
  await other.getByRole("button", { name: "Delete for good" }).click();
  await expect(row).toHaveCount(0);
  await other.context().close();
});

test("the conversation that was spoken in last stands first", async ({ browser, hearth, page, person }) => {
  await signIn(page, person);
  await say(page, "Say exactly: The older one.");
  await answered(page);
  const older = page.url();
  await page.goto("/");
  await say(page, "Say exactly: The newer one.");
  await answered(page);
  const rows = page.locator("[data-conversations] a");
  await expect(rows.last()).toHaveAttribute("href", new URL(older).pathname);
  const other = await device(browser, hearth, person);
  await other.goto(older);
  await say(other, "Say exactly: And on.");
  await expect(rows.first()).toHaveAttribute("href", new URL(older).pathname);
  await expect(rows).toHaveCount(2);
  await other.context().close();
});

test("one device of several is seen and signed out, the others stay", async ({ browser, hearth, page, person }) => {
  await signIn(page, person);
  await page.goto("/settings");
  // Whoever accepted the invitation was signed in by it, too.
  await page.getByRole("button", { name: "Sign out all other devices" }).click();
  const phone = await device(browser, hearth, person);
  const tablet = await device(browser, hearth, person);
  await page.goto("/settings");
  const rows = page.getByRole("listitem").filter({ hasText: /this device|last used/ });
  await expect(rows).toHaveCount(3);
  await expect(rows.filter({ hasText: "this device" })).toHaveCount(1);
  await page.getByRole("button", { name: /^Sign it out/ }).first().click();
  await expect(rows).toHaveCount(2);
  const gone = (other: Page) => other.waitForURL(/\/sign-in/, { timeout: 20_000 }).then(() => other);
  const ended = await Promise.any([gone(phone), gone(tablet)]);
  const stays = ended === phone ? tablet : phone;
  await stays.goto("/settings");
  await expect(stays.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  await phone.context().close();
  await tablet.context().close();
});

test("a new password by an administrator's link is announced to its owner, once", async ({ hearth, page, person }) => {
  const people: { id: string; name: string }[] = await hearth.get("/api/people", hearth.administrator);
  const user = people.find(({ name }) => name === person.name)!.id;
  const link = await hearth.post("/api/people/reset_link", { user }, hearth.administrator);
  await page.goto(`/join/${link.secret}`);
  await expect(page.getByRole("heading", { name: `A new password for ${person.name}` })).toBeVisible();
  await page.getByLabel("Password").fill("a new and longer password");
  await page.getByRole("button", { name: "Set the password" }).click();
  const told = page.getByText("Your password was reset by Ada");
  await expect(told).toBeVisible();
  await page.goto("/settings");
  await expect(told).toBeVisible();
  await page.getByRole("button", { name: "I have read this" }).click();
  await expect(told).toHaveCount(0);
  await page.goto("/");
  await expect(told).toHaveCount(0);
});

test("signing out leaves no half-written words of that person on the device", async ({ hearth, page, person }) => {
  const drafts = () => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("hearth-draft-")));
  await signIn(page, person);
  await awake(page);
  await composer(page).fill("for nobody else");
  await expect.poll(drafts).toHaveLength(1);
  // Another person's words, kept because their session merely ended here.
  await page.evaluate(() => localStorage.setItem("hearth-draft-somebody-else-new", "theirs"));
  await page.goto("/settings");
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  expect(await drafts()).toEqual(["hearth-draft-somebody-else-new"]);
  await signIn(page, await hearth.newPerson());
  await awake(page);
  await expect(composer(page)).toHaveValue("");
});

test("the drawer says who is signed in", async ({ page, person }) => {
  await signIn(page, person);
  await expect(page.getByText(`Signed in as ${person.name}`)).toBeVisible();
});
