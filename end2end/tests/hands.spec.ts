/** Other ways in: a keyboard alone, a phone, no scripts. */
import { tabTo } from "../support/hands.ts";
import { answer, answered, awake, composer, expect, say, signIn, test } from "../support/test.ts";

test("the whole way is gone with the keyboard alone: in, ask, stop, footnote, out", async ({ page, person }) => {
  await page.goto("/sign-in");
  await tabTo(page, page.getByLabel("Name"));
  await page.keyboard.type(person.name);
  await page.keyboard.press("Tab");
  await page.keyboard.type(person.password);
  await page.keyboard.press("Enter");
  await awake(page);
  await expect(composer(page)).toBeFocused();
  await page.keyboard.type("My dog Biscuit is allergic to chicken.");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/c\//);
  await answered(page);

  await tabTo(page, page.getByRole("link", { name: "New conversation" }).first());
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/$/);
  await awake(page);
  await page.keyboard.type("Biscuit, chicken, allergic: Count to 2000");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/c\//);
  await expect(answer(page)).toContainText("number 3.");
  await tabTo(page, page.getByRole("button", { name: "Stop" }));
  await page.keyboard.press("Enter");
  await expect(page.getByText("Stopped. What was written is kept.")).toBeVisible();

  await tabTo(page, page.locator(".footnote > summary"));
  await page.keyboard.press("Enter");
  await tabTo(page, page.locator(".footnote a").first());
  await page.keyboard.press("Enter");
  await expect(page.locator(":target")).toContainText("Biscuit is allergic");
  await tabTo(page, page.getByRole("button", { name: "Sign out" }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/sign-in/);
});

test("the options of a conversation open and close with the keyboard", async ({ page, person }) => {
  await signIn(page, person);
  await say(page, "Say exactly: One.");
  await answered(page);
  await tabTo(page, page.getByRole("button", { name: "Options" }));
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Title")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByLabel("Title")).toBeHidden();
  await expect(page.getByRole("button", { name: "Options" })).toBeFocused();
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("the first screen is a conversation, and the list is behind a button", async ({ page, person }) => {
    await signIn(page, person);
    await expect(composer(page)).toBeInViewport();
    await expect(page.getByRole("navigation", { name: "Conversations and pages" })).toBeHidden();
    await page.getByRole("button", { name: "Open the list" }).tap();
    await expect(page.getByRole("navigation", { name: "Conversations and pages" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("navigation", { name: "Conversations and pages" })).toBeHidden();
  });

  test("Enter makes a new line and the button sends", async ({ page, person }) => {
    await signIn(page, person);
    await awake(page);
    await composer(page).tap();
    await page.keyboard.type("Say exactly: Hello");
    await page.keyboard.press("Enter");
    await page.keyboard.type("phone.");
    await page.getByRole("button", { name: "Send" }).tap();
    await page.waitForURL(/\/c\//);
    await expect(answer(page)).toContainText("phone.");
  });

  test("nothing is wider than the screen, and the composer stays with the keyboard up", async ({ page, person }) => {
    await signIn(page, person);
    await page.setViewportSize({ width: 390, height: 480 });
    await expect(composer(page)).toBeInViewport();
    const wide = "word".repeat(60);
    await awake(page);
    await composer(page).fill(`Say exactly: ${wide}\n\n| a | b |\n|---|---|\n| ${wide} | 2 |`);
    await page.getByRole("button", { name: "Send" }).tap();
    await page.waitForURL(/\/c\//);
    await answered(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await expect(composer(page)).toBeInViewport();
  });

  test("fingers find targets of 44 pixels", async ({ page, person }) => {
    await signIn(page, person);
    for (const name of ["Open the list", "Send"]) {
      const box = await page.getByRole("button", { name }).boundingBox();
      expect(Math.min(box!.width, box!.height), name).toBeGreaterThanOrEqual(44);
    }
  });
});

test.describe("with scripts off", () => {
  test.use({ javaScriptEnabled: false });

  test("signing in, the list, reading and even sending work", async ({ page, person }) => {
    await signIn(page, person);
    await composer(page).fill("Say exactly: Plain words.");
    await page.getByRole("button", { name: "Send" }).click();
    await expect(page).toHaveURL(/\/c\//);
    await expect(async () => {
      await page.reload();
      await expect(answer(page)).toContainText("Plain words.", { timeout: 500 });
    }).toPass();
    await page.goto("/conversations");
    await page.getByRole("main").getByRole("listitem").getByRole("link").first().click();
    await expect(answer(page)).toContainText("Plain words.");
    await page.goto("/settings");
    await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  });
});

test("the reader who scrolled up is left alone", async ({ page, person }) => {
  await signIn(page, person);
  await say(page, `Say exactly: ${"A paragraph of some length.\n\n".repeat(80)}`);
  await answered(page);
  await say(page, "Count to 150");
  await expect(answer(page)).toContainText("number 3.");
  await page.getByRole("article").first().scrollIntoViewIfNeeded();
  await page.evaluate(() => document.querySelector("article")?.scrollIntoView());
  await expect(page.getByRole("article").first()).toBeInViewport();
  await answered(page);
  await expect(page.getByRole("article").first()).toBeInViewport();
});
