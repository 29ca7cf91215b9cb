/** Fixtures and helpers of every test: a server with an administrator, a new person, and a page without errors. */
import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect, type Browser, type BrowserContext, type Locator, type Page } from "@playwright/test";
import { Hearth, type Person } from "./hearth.ts";

type PerTest = { person: Person; emptyHearth: Hearth; noErrors: void };
type PerWorker = { hearth: Hearth };

export const test = base.extend<PerTest, PerWorker>({
  hearth: [
    async ({}, use) => {
      const hearth = await Hearth.startSetUp();
      await use(hearth);
      await hearth.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: async ({ hearth }, use) => use(hearth.url),
  person: async ({ hearth }, use) => use(await hearth.newPerson()),
  emptyHearth: async ({}, use) => {
    const hearth = await Hearth.start();
    await use(hearth);
    await hearth.stop();
  },
  // Every test fails on a violation of the Content-Security-Policy or a script error in any of its pages.
  noErrors: [
    async ({ context }, use) => {
      const errors = await listen(context);
      await use();
      expect(errors).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Collects policy violations and script errors of a context's pages. */
export async function listen(context: BrowserContext): Promise<string[]> {
  const errors: string[] = [];
  context.on("weberror", (error) => {
    const text = error.error().message;
    // A page that is left or resized while it fades in ends its transition, which is no error.
    if (!text.startsWith("Transition was")) errors.push(`script: ${text}`);
  });
  context.on("console", (message) => {
    const text = message.text();
    if (/Content Security Policy|panicked|hydrat/i.test(text)) errors.push(`console: ${text}`);
  });
  return errors;
}

export async function signIn(page: Page, person: Person): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Name").fill(person.name);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "What is on your mind?" })).toBeVisible();
}

export const DESK = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };
export const SIZES = { desk: DESK, phone: PHONE };

/** Another device of a person, signed in; its context ends with the browser's. */
export async function device(browser: Browser, hearth: Hearth, person: Person, viewport = DESK): Promise<Page> {
  const touch = viewport === PHONE ? { hasTouch: true, isMobile: true } : {};
  const context = await browser.newContext({ baseURL: hearth.url, viewport, ...touch });
  const page = await context.newPage();
  await signIn(page, person);
  await awake(page);
  return page;
}

/** Axe finds nothing serious or critical on the page. */
export async function isAccessible(page: Page, where = page.url()): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(serious.map(({ id, nodes }) => `${where}: ${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
}

/** The page is not wider than the window. */
export async function noSidewaysScroll(page: Page, where = page.url()): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over, `${where} is wider than the window`).toBeLessThanOrEqual(0);
}

/** The form around the composer. */
export function composerForm(page: Page): Locator {
  return page.locator("form").filter({ has: composer(page) });
}

/** The text of the newest answer, without its foot. */
export function answerText(page: Page): Locator {
  return answer(page).locator(".prose").first();
}

export function composer(page: Page): Locator {
  return page.getByRole("textbox", { name: "Message" });
}

/** Waits until the page's islands are hydrated. */
export async function awake(page: Page): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("data-alive", "");
}

/** Writes a message and sends it: with Enter, or on a phone, where Enter makes a new line, with the button. */
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

/** Waits until no answer is being written. */
export async function answered(page: Page): Promise<void> {
  await awake(page);
  await expect(page.locator("article[aria-busy=true]")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Send" })).toBeVisible();
  await expect(page.locator("html")).not.toHaveAttribute("data-answering");
}
