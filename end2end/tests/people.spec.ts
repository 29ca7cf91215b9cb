import { expect, signIn, test } from "../support/test.ts";

test("an administrator invites a person, who joins by the link", async ({ browser, hearth, page }) => {
  await signIn(page, hearth.administrator);
  await page.getByRole("link", { name: "People" }).click();
  await page.getByLabel("Name (they can change it)").fill("Mira");
  await page.getByRole("button", { name: "Make an invitation link" }).click();
  await expect(page.getByRole("img", { name: "The link as a QR code" })).toBeVisible();
  const link = /https?:\/\/\S+\/join\/[\w-]+/.exec(await page.getByRole("main").innerHTML())?.[0];
  expect(link).toBeTruthy();

  const guest = await browser.newContext({ baseURL: hearth.url });
  const theirs = await guest.newPage();
  await theirs.goto(link!);
  await expect(theirs.getByLabel("Name")).toHaveValue("Mira");
  await theirs.getByLabel("Password").fill("warm bread and salt");
  await theirs.getByRole("button", { name: "Create my account" }).click();
  await expect(theirs.getByRole("heading", { name: "What is on your mind?" })).toBeVisible();
  const again = await theirs.goto(link!);
  expect(again?.status()).toBe(404);
  await guest.close();

  await page.goto("/people");
  await expect(page.getByRole("listitem").filter({ hasText: "Mira" }).first()).toBeVisible();
});

test("a member finds no people page", async ({ page, person }) => {
  await signIn(page, person);
  await expect(page.getByRole("link", { name: "People" })).toHaveCount(0);
  const reply = await page.goto("/people");
  expect(reply?.status()).toBe(404);
});

test("a disabled person is signed out and cannot sign in", async ({ browser, hearth, page }) => {
  const person = await hearth.newPerson("Noor");
  const guest = await browser.newContext({ baseURL: hearth.url });
  const theirs = await guest.newPage();
  await signIn(theirs, person);
  await signIn(page, hearth.administrator);
  await page.goto("/people");
  await page.getByLabel("Change something for Noor").click();
  await page.getByRole("button", { name: "Disable", exact: true }).click();
  await expect(theirs).toHaveURL(/\/sign-in/, { timeout: 15_000 });
  await guest.close();
});
