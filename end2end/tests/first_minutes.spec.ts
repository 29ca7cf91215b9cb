import { awake, answer, answered, composer, expect, say, test } from "../support/test.ts";

test.use({ baseURL: async ({ emptyHearth }, use) => use(emptyHearth.url) });

test("a new installation leads from set-up to the first answer in at most four decisions", async ({ page }) => {
  await page.goto("/");
  await expect(page).toHaveURL(/\/setup$/);
  await page.getByLabel("Name").fill("Ada");
  await page.getByLabel("Password").fill("a lamp on the table");
  await page.getByRole("button", { name: "Create the account" }).click();
  await expect(page.getByText("Everything is ready.")).toBeVisible();
  await page.getByRole("link", { name: "Begin a conversation" }).click();
  await awake(page);
  await expect(composer(page)).toBeFocused();
  await say(page, "Say exactly: Good evening, Ada.");
  await expect(answer(page)).toContainText("Good evening, Ada.");
  await answered(page);
});

test("a second visitor cannot set the hearth up again", async ({ emptyHearth, page }) => {
  await emptyHearth.post("/api/setup/administrator", {
    name: "Ada",
    password: "a lamp on the table",
    language: "en",
    time_zone: "Europe/Lisbon",
  });
  await page.goto("/setup");
  await expect(page).toHaveURL(/\/sign-in$/);
});

test("the set-up page keeps looking until the model server is there", async ({ emptyHearth, page }) => {
  const port = Number(new URL(emptyHearth.models.url).port);
  await emptyHearth.models.stop();
  await page.goto("/setup");
  await page.getByLabel("Name").fill("Ada");
  await page.getByLabel("Password").fill("a lamp on the table");
  await page.getByRole("button", { name: "Create the account" }).click();
  await expect(page.getByText("found none yet")).toBeVisible();
  await emptyHearth.restartModels(port);
  await expect(page.getByText("Everything is ready.")).toBeVisible({ timeout: 30_000 });
});
