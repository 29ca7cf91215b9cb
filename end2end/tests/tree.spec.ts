/** Nothing said is lost: versions, other answers, answers that go on, and what is put away or half written. */
import type { Page } from "@playwright/test";
import { SMALL } from "../support/model_server.ts";
import { HANDS, type Hands } from "../support/hands.ts";
import { answer, answered, answerText, awake, composer, expect, say, signIn, test } from "../support/test.ts";

/** Asks and waits for the answer to be on the page in its last form. */
async function talk(page: Page, text: string): Promise<void> {
  await say(page, text);
  await answered(page);
}

/** What a person said; the newest last. */
const said = (page: Page) => page.getByRole("article").filter({ has: page.getByRole("heading", { name: /^(You|Person .*)$/ }) });
const button = (within: Page | ReturnType<typeof answer>, name: string) => within.getByRole("button", { name, exact: true });
const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

/** A conversation's menu. */
async function options(page: Page, hands: Hands): Promise<void> {
  await hands.press(page, button(page, "Options"));
  await expect(page.getByLabel("Title")).toBeVisible();
}

/** Presses what makes the page come again, and waits until it has. */
async function submit(page: Page, hands: Hands, name: string): Promise<void> {
  const again = page.waitForEvent("load");
  await hands.press(page, button(page, name).locator("visible=true"));
  await again;
}

for (const hands of HANDS) {
  test.describe(hands.name, () => {
    test.use({ ...hands.options, permissions: ["clipboard-read", "clipboard-write"] });
    test.beforeEach(async ({ page, person }) => signIn(page, person));

    test("a message is said differently, and both versions stay", async ({ page }) => {
      await talk(page, "Say exactly: The first.");
      await hands.press(page, said(page).last().getByRole("link", { name: "Edit" }));
      const editor = page.getByRole("textbox", { name: "Edit the message" });
      await expect(editor).toBeFocused();
      await expect(editor).toHaveValue("Say exactly: The first.");
      await editor.fill("Say exactly: The second.");
      await hands.press(page, page.locator("form").filter({ has: page.getByRole("textbox", { name: "Edit the message" }) }).getByRole("button", { name: "Send" }));
      await expect(answer(page)).toContainText("The second.");
      await answered(page);
      await expect(page.getByRole("article")).toHaveCount(2);
      const versions = said(page).last().getByRole("form", { name: "Versions" });
      await expect(versions).toContainText("2 of 2");
      await hands.press(page, button(versions, "Previous version"));
      await expect(answer(page)).toContainText("The first.");
      await expect(versions).toContainText("1 of 2");
      await awake(page);
      await hands.press(page, button(versions, "Next version"));
      await expect(answer(page)).toContainText("The second.");
    });

    test("giving up an edit changes nothing", async ({ page }) => {
      await talk(page, "Say exactly: As it was.");
      const edit = said(page).last().getByRole("link", { name: "Edit" });
      await hands.press(page, edit);
      const editor = page.getByRole("textbox", { name: "Edit the message" });
      await editor.fill("something else");
      await hands.press(page, page.locator("form").filter({ has: page.getByRole("textbox", { name: "Edit the message" }) }).getByRole("link", { name: "Cancel" }));
      await expect(editor).toHaveCount(0);
      await expect(edit).toBeFocused();
      await expect(said(page).last()).toContainText("As it was.");
    });

    test("an answer is asked for again, by another model too", async ({ page }) => {
      await talk(page, "Which model are you?");
      await expect(answer(page)).toContainText("I am scripted-chat:1b.");
      await hands.press(page, button(answer(page), "Answer again"));
      const versions = answer(page).getByRole("form", { name: "Versions" });
      await expect(versions).toContainText("2 of 2");
      await answered(page);
      await hands.press(page, answer(page).getByRole("link", { name: "More" }));
      await page.getByLabel("Another answer, by").selectOption(SMALL);
      await hands.press(page, button(page.locator(".tool.answer"), "Answer again"));
      await expect(answer(page)).toContainText(`I am ${SMALL}.`);
      await expect(versions).toContainText("3 of 3");
      await answered(page);
      await hands.press(page, button(versions, "Previous version"));
      await expect(versions).toContainText("2 of 3");
      await expect(answer(page)).toContainText("I am scripted-chat:1b.");
      await expect(page.getByRole("article")).toHaveCount(2);
    });

    test("an answer that was stopped goes on where it ended", async ({ page }) => {
      await say(page, "Count to 400");
      await expect(answer(page)).toContainText("number 4.");
      await hands.press(page, button(page, "Stop"));
      await answered(page);
      await hands.press(page, button(answer(page), "Go on"));
      await expect(answer(page)).toContainText("That is good to know.");
      await answered(page);
      // Of its words alone: after them stand the answer's buttons, or not yet.
      await expect(answerText(page)).toHaveText(/number 4\. [\s\S]*That is good to know\.\s*$/);
      await expect(button(answer(page), "Go on")).toHaveCount(0);
      await page.reload();
      await expect(answer(page)).toContainText(/number 4\. [\s\S]*That is good to know\./);
      await expect(page.getByRole("article")).toHaveCount(2);
    });

    test("text, Markdown and one piece of code are copied", async ({ page }) => {
      await talk(page, "Say exactly: Some **bold** words.\n\n```rust\nlet lamp = 1;\n```");
      const copy = button(answer(page), "Copy");
      await hands.press(page, copy.and(page.locator("[data-copy]")));
      await expect(answer(page).locator("[data-copy=text]")).toHaveText("Copied");
      expect(await clipboard(page)).toMatch(/^Some bold words\.\n+[\s\S]*let lamp = 1;/);
      await hands.press(page, answer(page).locator(".code-copy"));
      await expect.poll(() => clipboard(page)).toBe("let lamp = 1;\n");
      await hands.press(page, answer(page).getByRole("link", { name: "More" }));
      await hands.press(page, button(answer(page), "Copy as Markdown"));
      await expect.poll(() => clipboard(page)).toContain("Some **bold** words.");
      expect(await clipboard(page)).toContain("```rust\nlet lamp = 1;\n```");
    });

    test("a message is deleted with what follows, and what came before stays", async ({ page }) => {
      await talk(page, "Say exactly: Stays.");
      await talk(page, "Say exactly: Goes.");
      await talk(page, "Say exactly: Goes too.");
      await hands.press(page, said(page).nth(1).getByRole("link", { name: "More" }));
      await hands.press(page, page.locator(".tool summary", { hasText: "Delete from here on" }));
      await submit(page, hands, "Delete for good");
      await expect(page.getByRole("article")).toHaveCount(2);
      await expect(answer(page)).toContainText("Stays.");
      await page.reload();
      await expect(page.getByText("Say exactly: Goes")).toHaveCount(0);
      await talk(page, "Say exactly: And on.");
      await expect(page.getByRole("article")).toHaveCount(4);
    });

    test("a conversation is pinned above newer ones, and put into the archive and back", async ({ page }) => {
      await talk(page, "Say exactly: The older one.");
      const older = new URL(page.url()).pathname;
      await page.goto("/");
      await talk(page, "Say exactly: The newer one.");
      await page.goto(older);
      await awake(page);
      await options(page, hands);
      await submit(page, hands, "Pin");
      await page.goto("/conversations");
      const rows = page.locator("main .row-main");
      await expect(page.getByRole("heading", { name: "Pinned" })).toBeVisible();
      await expect(rows.first()).toHaveAttribute("href", older);
      await page.goto(older);
      await awake(page);
      await options(page, hands);
      await submit(page, hands, "Put into the archive");
      await page.goto("/conversations");
      await expect(rows).toHaveCount(1);
      await hands.press(page, page.getByRole("main").getByRole("link", { name: "Archive" }));
      await expect(rows).toHaveAttribute("href", older);
      await hands.press(page, rows.first());
      await page.waitForURL((url) => url.pathname === older);
      await awake(page);
      await options(page, hands);
      await submit(page, hands, "Take out of the archive");
      await page.goto("/conversations");
      await expect(rows).toHaveCount(2);
    });

    test("half-written words survive a reload and stand on the next device", async ({ browser, hearth, page, person }) => {
      await talk(page, "Say exactly: One.");
      await composer(page).focus();
      await page.keyboard.type("a thought that is not");
      const kept = page.waitForResponse((reply) => reply.url().endsWith("/api/drafts/save") && reply.ok());
      await page.keyboard.type(" ended");
      await kept;
      await page.reload();
      await expect(composer(page)).toHaveValue("a thought that is not ended");
      const context = await browser.newContext({ baseURL: hearth.url, ...hands.options });
      const other = await context.newPage();
      await signIn(other, person);
      await other.goto(new URL(page.url()).pathname);
      await expect(composer(other)).toHaveValue("a thought that is not ended");
      await context.close();
    });
  });
}
