/** What every test has: a house that is set up, somebody new who lives in it, and a page that must stay calm. */
import { test as base, expect, type BrowserContext, type Locator, type Page } from "@playwright/test";
import { House, type Person } from "./house.ts";

type PerTest = { person: Person; emptyHouse: House; calm: void };
type PerWorker = { house: House };

export const test = base.extend<PerTest, PerWorker>({
  house: [
    async ({}, use) => {
      const house = await House.startSetUp();
      await use(house);
      await house.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: async ({ house }, use) => use(house.url),
  person: async ({ house }, use) => use(await house.newPerson()),
  emptyHouse: async ({}, use) => {
    const house = await House.start();
    await use(house);
    await house.stop();
  },
  // Every test fails on a violation of the policy or an error of a script, in every page it opens.
  calm: [
    async ({ context }, use) => {
      const complaints = await listen(context);
      await use();
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Collects what pages of a context complain about. */
export async function listen(context: BrowserContext): Promise<string[]> {
  const complaints: string[] = [];
  context.on("weberror", (error) => {
    const text = error.error().message;
    // A page that is left or resized while it fades in ends its transition; nobody minds.
    if (!text.startsWith("Transition was")) complaints.push(`script: ${text}`);
  });
  context.on("console", (message) => {
    const text = message.text();
    if (/Content Security Policy|panicked|hydrat/i.test(text)) complaints.push(`console: ${text}`);
  });
  return complaints;
}

export async function signIn(page: Page, person: Person): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Name").fill(person.name);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "What is on your mind?" })).toBeVisible();
}

export function composer(page: Page): Locator {
  return page.getByRole("textbox", { name: "Message" });
}

/** Waits until the page's islands are awake. */
export async function awake(page: Page): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("data-alive", "");
}

/** Writes a message and sends it: at a keyboard with Enter, on a phone, where that makes a new line, with the button. */
export async function say(page: Page, text: string): Promise<void> {
  await awake(page);
  const first = new URL(page.url()).pathname === "/";
  await composer(page).fill(text);
  if (await page.evaluate(() => matchMedia("(hover: none) and (pointer: coarse)").matches)) await page.getByRole("button", { name: "Send" }).tap();
  else await page.keyboard.press("Enter");
  if (first) return page.waitForURL(/\/c\//);
  await expect(composer(page)).toHaveValue("");
}

/** The newest answer on the page. */
export function answer(page: Page): Locator {
  return page.getByRole("article").filter({ has: page.getByRole("heading", { name: "The model" }) }).last();
}

/** Waits until nothing is being written any more. */
export async function answered(page: Page): Promise<void> {
  await awake(page);
  await expect(page.locator("article[aria-busy=true]")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Send" })).toBeVisible();
  await expect(page.locator("html")).not.toHaveAttribute("data-answering");
}
