import { answer, answered, expect, say, signIn, test } from "../support/test.ts";

const TOLD = "My dog Biscuit is allergic to chicken.";
const ASKED = "What is my dog Biscuit allergic to?";

test("a fact of one conversation is used in another, with its source", async ({ page, person }) => {
  await signIn(page, person);
  await say(page, TOLD);
  await answered(page);
  await page.goto("/");
  await say(page, ASKED);
  await answered(page);
  const footnote = answer(page).locator("summary", { hasText: /^Used \d+ things? you told me$/ });
  await footnote.click();
  await answer(page).getByRole("link", { name: TOLD }).click();
  await expect(page).toHaveURL(/\/c\/.*#m-/);
  await expect(page.locator(":target")).toContainText(TOLD);
});

test("an unrelated question shows no memory", async ({ page, person }) => {
  await signIn(page, person);
  await say(page, TOLD);
  await answered(page);
  await page.goto("/");
  await say(page, "How high is the tower at the harbour?");
  await answered(page);
  await expect(answer(page).getByText("you told me")).toHaveCount(0);
});

test("a conversation with memory off uses nothing", async ({ page, person }) => {
  await signIn(page, person);
  await say(page, TOLD);
  await answered(page);
  await page.goto("/");
  await page.getByLabel("Memory").selectOption({ label: "Without memory" });
  await say(page, ASKED);
  await answered(page);
  await expect(page.getByText("Without memory").first()).toBeVisible();
  await expect(answer(page).getByText("you told me")).toHaveCount(0);
});

test("another person sees nothing of it", async ({ browser, hearth, page, person }) => {
  await signIn(page, person);
  await say(page, TOLD);
  await answered(page);
  const address = page.url();
  const stranger = await browser.newContext({ baseURL: hearth.url });
  const theirs = await stranger.newPage();
  await signIn(theirs, await hearth.newPerson());
  const reply = await theirs.goto(address);
  expect(reply?.status()).toBe(404);
  await expect(theirs.getByText("Biscuit")).toHaveCount(0);
  await theirs.goto("/");
  await say(theirs, ASKED);
  await answered(theirs);
  await expect(answer(theirs).getByText("you told me")).toHaveCount(0);
  await stranger.close();
});
