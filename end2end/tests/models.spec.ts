/** The model server comes, goes, fails, and has more than one model. */
import { Hearth } from "../support/hearth.ts";
import { SMALL } from "../support/model_server.ts";
import { answer, answered, awake, composer, expect, say, signIn, test } from "../support/test.ts";

test("models are fetched with one press, and the progress survives a reload", async ({ page }) => {
  const hearth = await Hearth.start([]);
  try {
    await page.goto(`${hearth.url}/setup`);
    await page.getByLabel("Name").fill("Ada");
    await page.getByLabel("Password").fill("a lamp on the table");
    await page.getByRole("button", { name: "Create the account" }).click();
    await page.getByRole("button", { name: /^Fetch them/ }).click();
    const half = page.getByText("200 MB of 400 MB");
    await expect(half).toHaveCount(2);
    await expect(page.getByRole("progressbar")).toHaveCount(2);
    await page.reload();
    await expect(half).toHaveCount(2);
    await expect(page.getByRole("button", { name: /^Fetch/ })).toHaveCount(0);
    hearth.models.releasePulls();
    await expect(page.getByText("Everything is ready.")).toBeVisible();
    await page.getByRole("link", { name: "Begin a conversation" }).click();
    await say(page, "Say exactly: Good evening.");
    await expect(answer(page)).toContainText("Good evening.");
  } finally {
    hearth.models.releasePulls();
    await hearth.stop();
  }
});

test("a waiting person sees how many answers come first", async ({ browser, hearth, page, person }) => {
  const others = await Promise.all([browser.newContext({ baseURL: hearth.url }), browser.newContext({ baseURL: hearth.url })]);
  const pages = await Promise.all(others.map((context) => context.newPage()));
  for (const theirs of pages) await signIn(theirs, await hearth.newPerson());
  await signIn(page, person);
  await say(pages[0]!, "Count to 400");
  await expect(answer(pages[0]!)).toContainText("number 2.");
  await say(pages[1]!, "Count to 3");
  await say(page, "Say exactly: At last.");
  await expect(answer(page).getByText(/^2 before you/)).toBeVisible();
  await pages[0]!.getByRole("button", { name: "Stop" }).click();
  await expect(answer(page)).toContainText("At last.");
  await Promise.all(others.map((context) => context.close()));
});

test("while the model server is away the message is kept, and the answer comes by itself", async ({ page }) => {
  const hearth = await Hearth.startSetUp();
  try {
    await page.goto(`${hearth.url}/sign-in`);
    await page.getByLabel("Name").fill("Ada");
    await page.getByLabel("Password").fill("a lamp on the table");
    await page.getByRole("button", { name: "Sign in" }).click();
    await say(page, "Say exactly: One.");
    await answered(page);
    const port = Number(new URL(hearth.models.url).port);
    await hearth.models.stop();
    await say(page, "Say exactly: Back again.");
    const away = page.getByText("The model on this box is not reachable. Your message is kept");
    await expect(away).toBeVisible();
    await page.reload();
    await expect(away).toBeVisible();
    await expect(page.getByText("Say exactly: Back again.")).toBeVisible();
    await hearth.restartModels(port);
    await expect(answer(page)).toContainText("Back again.", { timeout: 30_000 });
    await answered(page);
    await expect(away).toHaveCount(0);
  } finally {
    await hearth.stop();
  }
});

test("a failure says what was kept, and Try again answers", async ({ page, person }) => {
  await signIn(page, person);
  await say(page, `Fail once: The whole of it for ${person.name}.`);
  await expect(answer(page)).toContainText("The model server failed in the middle. What was written is kept; try again.");
  await expect(answer(page)).toContainText("Half of it");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(answer(page).locator(".prose")).toContainText("The whole of it for");
  await answered(page);
  await expect(page.getByText("failed in the middle")).toHaveCount(0);
});

test("the model of a conversation is picked, and what no longer fits its window is named", async ({ page, person }) => {
  test.setTimeout(90_000);
  await signIn(page, person);
  await say(page, "Which model are you?");
  await expect(answer(page)).toContainText("I am scripted-chat:1b.");
  await answered(page);
  await page.getByRole("button", { name: "Options" }).click();
  await page.getByLabel("Model", { exact: true }).selectOption(SMALL);
  await page.locator("form", { has: page.getByLabel("Model", { exact: true }) }).getByRole("button", { name: "Change" }).click();
  await awake(page);
  await say(page, "Which model are you?");
  await expect(answer(page)).toContainText(`I am ${SMALL}.`);
  await answered(page);
  for (const name of ["first", "second", "third"]) {
    await say(page, `The ${name} long story. ${"It was warm and the lamp was lit. ".repeat(70)}`);
    await answered(page);
  }
  await expect(answer(page).getByText(/older messages? no longer fitted the model's window/)).toBeVisible();
  await page.reload();
  await expect(answer(page).getByText(/no longer fitted/)).toBeVisible();
});

test("memory is turned off and on again in a conversation that exists", async ({ page, person }) => {
  await signIn(page, person);
  await say(page, "My dog Biscuit is allergic to chicken.");
  await answered(page);
  await page.goto("/");
  await say(page, "Say exactly: One.");
  await answered(page);
  const change = async (words: string) => {
    await page.getByRole("button", { name: "Options" }).click();
    await page.getByLabel("Memory", { exact: true }).selectOption({ label: words });
    await page.locator("form", { has: page.getByLabel("Memory", { exact: true }) }).getByRole("button", { name: "Change" }).click();
    await awake(page);
  };
  await change("Without memory");
  await expect(page.locator("header").getByText("Without memory").first()).toBeVisible();
  await say(page, "What is my dog Biscuit allergic to?");
  await answered(page);
  await expect(answer(page).getByText("you told me")).toHaveCount(0);
  await change("With memory");
  await say(page, "And what is my dog Biscuit allergic to, then?");
  await answered(page);
  await expect(answer(page).getByText("you told me")).toBeVisible();
  await expect(composer(page)).toBeVisible();
});
