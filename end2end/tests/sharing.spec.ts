/** A conversation shared with another person: to read, to write, and no longer. */
import type { Locator, Page } from "@playwright/test";
import { tabTo } from "../support/hands.ts";
import type { Hearth, Person } from "../support/hearth.ts";
import { answer, answered, awake, composer, device, expect, listen, PHONE, say, signIn, test } from "../support/test.ts";

/** Begins a conversation of the test's person. */
async function begin(page: Page, person: Person, words: string): Promise<void> {
  await signIn(page, person);
  await say(page, words);
  await answered(page);
}

async function openShare(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Options" }).click();
  const share = page.locator("details.share");
  if (!(await share.evaluate((details: HTMLDetailsElement) => details.open))) await share.locator("summary").click();
}

async function share(page: Page, person: Person, may: string): Promise<void> {
  await openShare(page);
  await page.getByLabel("With", { exact: true }).selectOption({ label: person.name });
  await page.getByLabel("They may").selectOption({ label: may });
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await expect(page.locator("header .shared-mark")).toHaveText(`shared with ${person.name}`);
  await awake(page);
}

async function takeBack(page: Page, person: Person): Promise<void> {
  await openShare(page);
  await page.getByRole("button", { name: `Take back from ${person.name}` }).click();
  await expect(page.locator("header .shared-mark")).toBeHidden();
}

function inList(page: Page, url: string): Locator {
  return page.locator(`[data-conversations] a[href="${new URL(url).pathname}"]`);
}

async function idOf(hearth: Hearth, person: Person): Promise<string> {
  const people: { id: string; name: string }[] = await hearth.get("/api/people", hearth.administrator);
  return people.find(({ name }) => name === person.name)!.id;
}

test("a reader sees everything, what is being written too, and it is gone within a second when it is taken back", async ({
  browser,
  hearth,
  page,
  person,
}) => {
  const ben = await hearth.newPerson();
  const bens = await device(browser, hearth, ben);
  const complaints = await listen(bens.context());
  await begin(page, person, "Say exactly: Bread and salt.");
  await openShare(page);
  await expect(page.getByText("sees everything in it, also what came before")).toBeVisible();
  await page.keyboard.press("Escape");
  await share(page, ben, "read");

  // It comes into the list of a page that is open, and says whose it is.
  const row = inList(bens, page.url());
  await expect(row).toBeVisible();
  await expect(bens.locator("[data-conversations] .shared-mark").first()).toHaveText(`from ${person.name}`);
  await row.click();
  await awake(bens);
  await expect(answer(bens)).toContainText("Bread and salt.");
  await expect(bens.getByRole("heading", { name: person.name })).toBeVisible();
  await expect(composer(bens)).toHaveCount(0);
  await expect(bens.getByText(`${person.name} shared this with you to read.`)).toBeVisible();
  await bens.getByRole("button", { name: "Options" }).click();
  await expect(bens.getByLabel("Title")).toHaveCount(0);
  await bens.keyboard.press("Escape");

  await say(page, "Count to 400");
  await expect(answer(bens)).toContainText("number 3.");
  const shown = bens.url();
  await openShare(page);
  await page.getByRole("button", { name: `Take back from ${ben.name}` }).click();
  await bens.waitForURL(/\/conversations$/, { timeout: 3_000 });
  await expect(bens.locator(`a[href="${new URL(shown).pathname}"]`)).toHaveCount(0);
  expect((await bens.goto(shown))?.status()).toBe(404);
  expect(complaints).toEqual([]);
  await bens.context().close();
});

test("a writer writes, each sees who wrote what, and the model gets the names", async ({ browser, hearth, page, person }) => {
  const ben = await hearth.newPerson();
  await begin(page, person, "Say exactly: Bread and salt.");
  await share(page, ben, "read and write");
  const bens = await device(browser, hearth, ben);
  await bens.goto(page.url());
  await say(bens, "Say exactly: And butter.");
  await expect(page.getByRole("heading", { name: ben.name })).toBeVisible();
  await expect(answer(page)).toContainText("And butter.");
  await answered(bens);
  await answered(page);
  await say(page, "Say exactly: Thank you.");
  await expect(answer(bens)).toContainText("Thank you.");
  // After a reload too.
  await bens.reload();
  await expect(bens.getByRole("heading", { name: person.name })).toHaveCount(2);
  await expect(page.getByRole("heading", { name: ben.name })).toHaveCount(1);
  await takeBack(page, ben);
  await bens.context().close();
});

test("a reader leaves by themself", async ({ browser, hearth, page, person }) => {
  const ben = await hearth.newPerson();
  await begin(page, person, "Say exactly: Bread and salt.");
  await share(page, ben, "read");
  const bens = await device(browser, hearth, ben);
  await bens.goto(page.url());
  await bens.getByRole("button", { name: "Options" }).click();
  await bens.locator("summary", { hasText: "Leave this conversation" }).click();
  await bens.getByRole("button", { name: "Leave", exact: true }).click();
  await expect(bens).toHaveURL(/\/conversations$/);
  await expect(page.locator("header .shared-mark")).toBeHidden();
  await bens.context().close();
});

test("one who may write after all gets a composer without asking", async ({ browser, hearth, page, person }) => {
  const ben = await hearth.newPerson();
  await begin(page, person, "Say exactly: Bread and salt.");
  await share(page, ben, "read");
  const bens = await device(browser, hearth, ben);
  await bens.goto(page.url());
  await awake(bens);
  await expect(composer(bens)).toHaveCount(0);
  await takeBack(page, ben);
  await expect(bens).toHaveURL(/\/conversations$/);
  await share(page, ben, "read");
  await bens.goto(page.url());
  await awake(bens);
  await hearth.post(
    "/api/conversations/share",
    { id: new URL(page.url()).pathname.slice(3), person: await idOf(hearth, ben), role: "writer" },
    person,
  );
  await expect(composer(bens)).toBeVisible();
  await bens.context().close();
});

test("it is shared and taken back with the keyboard alone", async ({ hearth, page, person }) => {
  const ben = await hearth.newPerson();
  await begin(page, person, "Say exactly: Bread and salt.");
  await tabTo(page, page.getByRole("button", { name: "Options" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.locator("details.share > summary"));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByLabel("With", { exact: true }));
  await page.keyboard.type(ben.name);
  await tabTo(page, page.getByRole("button", { name: "Share", exact: true }));
  await page.keyboard.press("Enter");
  await expect(page.locator("header .shared-mark")).toHaveText(`shared with ${ben.name}`);
  await awake(page);
  await tabTo(page, page.getByRole("button", { name: "Options" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: `Take back from ${ben.name}` }));
  await page.keyboard.press("Enter");
  await expect(page.locator("header .shared-mark")).toBeHidden();
});

test("on the phone it is shared, read and marked, and nothing is wider than the screen", async ({
  browser,
  hearth,
  person,
}) => {
  const ben = await hearth.newPerson();
  const page = await device(browser, hearth, person, PHONE);
  const complaints = await listen(page.context());
  await composer(page).fill("Say exactly: Bread and salt.");
  await page.getByRole("button", { name: "Send" }).tap();
  await page.waitForURL(/\/c\//);
  await answered(page);
  await page.getByRole("button", { name: "Options" }).tap();
  await page.locator("details.share > summary").tap();
  await page.getByLabel("With", { exact: true }).selectOption({ label: ben.name });
  await page.getByRole("button", { name: "Share", exact: true }).tap();
  await expect(page.locator("header .shared-mark")).toHaveText(`shared with ${ben.name}`);
  const bens = await device(browser, hearth, ben, PHONE);
  await bens.goto(page.url());
  await expect(bens.getByText(`${person.name} shared this with you to read.`)).toBeVisible();
  for (const phone of [page, bens]) {
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
  }
  await page.getByRole("button", { name: "Options" }).tap();
  const button = page.getByRole("button", { name: `Take back from ${ben.name}` });
  expect((await button.boundingBox())!.height).toBeGreaterThanOrEqual(44);
  await button.tap();
  await bens.waitForURL(/\/conversations$/);
  expect(complaints).toEqual([]);
  await page.context().close();
  await bens.context().close();
});

test("without scripts it is shared and read as well", async ({ browser, hearth, person }) => {
  const ben = await hearth.newPerson();
  const context = await browser.newContext({ baseURL: hearth.url, javaScriptEnabled: false });
  const page = await context.newPage();
  await signIn(page, person);
  await composer(page).fill("Say exactly: Bread and salt.");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(async () => {
    await page.reload();
    await expect(answer(page)).toContainText("Bread and salt.");
  }).toPass();
  await expect(async () => {
    await page.reload();
    await page.getByRole("button", { name: "Options" }).click();
    await page.locator("details.share > summary").click();
    await page.getByLabel("With", { exact: true }).selectOption({ label: ben.name });
    await page.getByRole("button", { name: "Share", exact: true }).click();
    await expect(page.locator("header .shared-mark")).toHaveText(`shared with ${ben.name}`, { timeout: 1_000 });
  }).toPass();
  await context.close();
});
