import { expect, signIn, test } from "../support/test.ts";

test.beforeEach(async ({ page, person }) => {
  await signIn(page, person);
  await page.goto("/settings");
});

test("the page speaks 简体中文 once it is asked to, and stays so", async ({ page }) => {
  await page.getByLabel("Language").selectOption({ label: "简体中文" });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "设置", level: 1 })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "想聊点什么？" })).toBeVisible();
  await expect(page.getByRole("button", { name: "发送" })).toBeVisible();
});

test("dark is dark", async ({ page }) => {
  await page.getByLabel("Light or dark").selectOption({ label: "Dark" });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.locator("html")).toHaveCSS("background-color", "rgb(29, 25, 22)");
});

test("how often something is recalled is chosen here and stays so", async ({ page }) => {
  const choice = page.getByLabel("How often it brings up what was said before");
  await expect(choice).toHaveValue("balanced");
  await choice.selectOption({ label: "Seldom: only what surely belongs to the question" });
  await page.getByRole("button", { name: "Save" }).click();
  await page.reload();
  await expect(choice).toHaveValue("seldom");
});

test("a changed password works and the old one does not", async ({ hearth, page, person }) => {
  await page.getByLabel("Current password").fill(person.password);
  await page.getByLabel("New password").fill("another long password");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password was changed.")).toBeVisible();
  await expect(hearth.post("/api/session/sign_in", { ...person })).rejects.toThrow();
  await hearth.post("/api/session/sign_in", { name: person.name, password: "another long password" });
});

test("another device is seen and signed out", async ({ browser, hearth, page, person }) => {
  const phone = await browser.newContext({ baseURL: hearth.url });
  const theirs = await phone.newPage();
  await signIn(theirs, person);
  await page.reload();
  await page.getByRole("button", { name: "Sign out all other devices" }).click();
  await expect(theirs).toHaveURL(/\/sign-in/, { timeout: 15_000 });
  await phone.close();
});

test("a time zone is found by its city", async ({ page }) => {
  await page.getByLabel("Time zone").selectOption({ label: "Buenos Aires (Argentina)" });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await expect(page.getByLabel("Time zone")).toHaveValue("America/Argentina/Buenos_Aires");
});
