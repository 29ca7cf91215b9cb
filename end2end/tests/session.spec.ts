import { expect, signIn, test } from "../support/test.ts";

test("a person signs in and out again", async ({ page, person }) => {
  await signIn(page, person);
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto("/");
  await expect(page).toHaveURL(/\/sign-in/);
});

test("a wrong password and an unknown name cannot be distinguished", async ({ page, person }) => {
  await page.goto("/sign-in");
  await page.getByLabel("Name").fill(person.name);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("Name and password do not go together");
  await expect(page.getByLabel("Name")).toHaveValue(person.name);
});

test("signing out in one tab sends the other one to the sign-in page", async ({ context, page, person }) => {
  await signIn(page, person);
  const other = await context.newPage();
  await other.goto("/");
  await other.getByRole("button", { name: "Sign out" }).click();
  await expect(other).toHaveURL(/\/sign-in/);
  await page.bringToFront();
  await expect(page).toHaveURL(/\/sign-in/, { timeout: 20_000 });
});

test("signing in leads back to the requested page", async ({ page, person }) => {
  await page.goto("/settings");
  await page.getByLabel("Name").fill(person.name);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
});
