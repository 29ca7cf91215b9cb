/** Pictures to look at before calling a page done: `npm run screenshots`. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "@playwright/test";
import { Hearth, type Person } from "./support/hearth.ts";
import { EMBED, SEER, THINKER } from "./support/model_server.ts";
import { RICH } from "./support/rich.ts";
import { awake } from "./support/test.ts";
import { expect, test } from "@playwright/test";

const FOLDER = process.env.HEARTH_SCREENSHOTS ?? "../target/screenshots";

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

type Look = { name: string; options: BrowserContextOptions; language: "en" | "zh-CN" };

const LOOKS: Look[] = [
  { name: "desk-light", options: { viewport: DESK, colorScheme: "light" }, language: "en" },
  { name: "desk-dark", options: { viewport: DESK, colorScheme: "dark" }, language: "en" },
  { name: "phone-light", options: { viewport: PHONE, isMobile: true, hasTouch: true, colorScheme: "light" }, language: "en" },
  { name: "phone-dark", options: { viewport: PHONE, isMobile: true, hasTouch: true, colorScheme: "dark" }, language: "en" },
  { name: "desk-zh", options: { viewport: DESK, locale: "zh-CN" }, language: "zh-CN" },
  { name: "phone-zh", options: { viewport: PHONE, isMobile: true, hasTouch: true, locale: "zh-CN" }, language: "zh-CN" },
];

const TOLD = { en: "My dog Biscuit is allergic to chicken.", "zh-CN": "我的狗叫饼干，对鸡肉过敏。" };
const ASKED = { en: "What is my dog Biscuit allergic to?", "zh-CN": "我的狗饼干对什么过敏？" };

/** An answer with everything that a page must set well. */
const WRITTEN = `Say exactly: Biscuit should not get **chicken**, and most ready-made food has some.

## What you can give instead

- salmon with rice
- turkey is a bird too, so *ask first*
- lamb, boiled and without salt

> Read the label: "meat and animal derivatives" may be chicken.

| food | fine | why |
|---|---|---|
| salmon | yes | fish |
| broth | look | often chicken |

\`\`\`sh
grep -i chicken label.txt
\`\`\`

1. Begin with a little.
2. Wait a day.`;

async function shoot(page: Page, look: Look, name: string): Promise<void> {
  await page.screenshot({ path: join(FOLDER, `${name}-${look.name}.png`), animations: "disabled" });
}

async function open(browser: Browser, hearth: Hearth, look: Look): Promise<Page> {
  const context = await browser.newContext({ baseURL: hearth.url, ...look.options });
  return context.newPage();
}

/** Sends by the button, which every device has. */
async function send(page: Page, text: string): Promise<void> {
  await awake(page);
  await page.locator("#composer-text").fill(text);
  const first = new URL(page.url()).pathname === "/";
  await page.locator("button.send").click();
  if (first) await page.waitForURL(/\/c\//);
}

async function done(page: Page): Promise<void> {
  await awake(page);
  await expect(page.locator("#composer-text")).toHaveValue("");
  await expect(page.locator("article[aria-busy=true]")).toHaveCount(0);
  await expect(page.locator("html")).not.toHaveAttribute("data-answering");
  await expect(page.locator("button.send")).toBeVisible();
}

// Only some of the looks, by a part of their names: HEARTH_LOOKS=desk.
const SEEN = LOOKS.filter(({ name }) => name.includes(process.env.HEARTH_LOOKS ?? ""));

test.beforeAll(async () => {
  await mkdir(FOLDER, { recursive: true });
});

test("set-up", async ({ browser }) => {
  const hearth = await Hearth.start();
  for (const look of SEEN) {
    const page = await open(browser, hearth, look);
    await page.goto("/setup");
    await shoot(page, look, "1-set-up");
    await page.context().close();
  }
  await hearth.stop();
});

test("everything after it", async ({ browser }) => {
  const hearth = await Hearth.startSetUp();
  for (const [number, look] of SEEN.entries()) {
    const person: Person = await hearth.newPerson(`Mira ${number + 1}`);
    await hearth.post("/api/account/preferences", preferences(look), person);
    const page = await open(browser, hearth, look);
    await page.goto("/sign-in");
    await shoot(page, look, "2-sign-in");
    await enter(page, person);
    await awake(page);
    await shoot(page, look, "3-empty");

    await send(page, TOLD[look.language]);
    await done(page);
    await page.goto("/");
    await send(page, ASKED[look.language]);
    await done(page);
    await page.locator(".footnote > summary").first().click({ timeout: 5_000 });
    await shoot(page, look, "5-memory-used");
    await send(page, WRITTEN);
    await done(page);
    await shoot(page, look, "6-answer");
    await send(page, "Count to 90");
    await expect(page.locator(".prose").last()).toContainText("number 20.");
    await shoot(page, look, "4-streaming");
    await done(page);
    await page.goto("/conversations");
    await shoot(page, look, "7-list");
    await page.goto("/settings");
    await shoot(page, look, "9-settings");
    await page.context().close();
    await people(browser, hearth, look);
  }
  await hearth.stop();
});

test("what one sees less often", async ({ browser }) => {
  const hearth = await Hearth.startSetUp();
  for (const [number, look] of SEEN.entries()) {
    const person = await hearth.newPerson(`Noor ${number + 1}`);
    await hearth.post("/api/account/preferences", preferences(look), person);
    const page = await open(browser, hearth, look);
    await page.goto("/sign-in");
    await page.locator("#field-name").fill("Nobody");
    await page.locator("#field-password").fill("not the password");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    await shoot(page, look, "11-sign-in-wrong");
    await page.goto("/nothing-here");
    await shoot(page, look, "12-not-found-outside");
    await page.goto("/sign-in");
    await enter(page, person);
    await page.goto("/nothing-here");
    await shoot(page, look, "13-not-found");
    await page.goto("/conversations");
    await shoot(page, look, "14-list-empty");
    await page.goto("/");
    await send(page, `Fail once: ${look.name}`);
    await page.getByRole("button", { name: look.language === "en" ? "Try again" : "重试" }).waitFor();
    await shoot(page, look, "15-failed");
    await page.locator(".options-button").click();
    await shoot(page, look, "16-options");
    await page.keyboard.press("Escape");
    if (look.options.isMobile) {
      await page.locator(".bar button").first().tap();
      await shoot(page, look, "17-drawer");
      await page.keyboard.press("Escape");
    }
    await page.goto("/conversations");
    await page.locator(".menu summary").first().click();
    await shoot(page, look, "18-list-menu");
    await page.goto("/settings");
    await page.locator("main h2").last().scrollIntoViewIfNeeded();
    await shoot(page, look, "19-devices");
    await page.context().close();
  }
  await hearth.stop();
});

test("what a conversation can be", async ({ browser }) => {
  const hearth = await Hearth.startSetUp([THINKER, EMBED, SEER]);
  const other = await hearth.newPerson("Elif");
  for (const [number, look] of SEEN.entries()) {
    const person = await hearth.newPerson(`Ines ${number + 1}`);
    await hearth.post("/api/account/preferences", preferences(look), person);
    const page = await open(browser, hearth, look);
    await page.goto("/sign-in");
    await enter(page, person);
    await send(page, `Say exactly: ${RICH}`);
    await done(page);
    await page.locator(".prose h1").scrollIntoViewIfNeeded();
    await shoot(page, look, "23-rich");
    await page.locator(".prose .formula").scrollIntoViewIfNeeded();
    await shoot(page, look, "24-rich-below");
    await page.locator("[data-tool=edit]").last().click();
    await shoot(page, look, "25-edit");
    await page.keyboard.press("Escape");
    await page.locator("form[action*=again] button").last().click();
    await done(page);
    await page.locator("[data-tool=more]").last().click();
    await shoot(page, look, "26-versions-and-more");
    await page.locator(".options-button").click();
    await shoot(page, look, "27-sharing");
    await page.goto("/");
    await send(page, "Think 60 thoughts. Say exactly: A short answer after long thoughts.");
    await expect(page.locator("article[aria-busy=true]")).toContainText("2 ");
    await shoot(page, look, "28-thinking");
    await done(page);
    await page.locator("details.thoughts summary").click();
    await page.getByText("thought 60.").waitFor();
    await shoot(page, look, "29-thoughts");

    const others = await open(browser, hearth, LOOKS[0]!);
    await others.goto("/sign-in");
    await enter(others, other);
    await send(others, "Load for 6000 ms. Say exactly: Done.");
    await send(page, "Say exactly: My turn.");
    await page.waitForTimeout(1_500);
    await shoot(page, look, "30-waiting");
    await done(page);
    await others.context().close();

    await hearth.post("/api/memories/add", { statement: "I take my coffee black." }, person);
    await hearth.post("/api/memories/add", { statement: "My sister Rosa is a vet in Évora and comes by on Sundays." }, person);
    await page.goto("/search");
    await shoot(page, look, "34-search");
    await page.goto("/search?q=answer+black+coffee+thoughts");
    await shoot(page, look, "35-search-found");
    await page.goto("/search?q=xylophone&from=2026-02-02");
    await shoot(page, look, "36-search-nothing");
    await page.goto("/search?q=coffee&from=2026-02-02&to=2026-02-01");
    await shoot(page, look, "37-search-wrong");
    await page.goto("/memory");
    await shoot(page, look, "31-memory");
    await page.locator("li.memory summary").first().click();
    await shoot(page, look, "32-memory-menu");
    await page.goto("/transfer");
    await shoot(page, look, "38-transfer");
    const archive = await (await page.request.get("/export")).body();
    for (const [name, buffer] of [["39-transfer-done", archive], ["40-transfer-broken", archive.subarray(0, 900)]] as const) {
      await page.locator("#field-file").setInputFiles({ name: "hearth.zip", mimeType: "application/zip", buffer });
      await page.locator("form[action='/import'] button").click();
      await page.waitForURL(/\/transfer$/);
      await shoot(page, look, name);
    }
    await page.goto("/");
    await awake(page);
    await page.locator("input[type=file]").first().setInputFiles([
      { name: "beds.toml", mimeType: "text/plain", buffer: Buffer.from("south = 1.2\n") },
      { name: "a name that is much longer than the place there is for it.txt", mimeType: "text/plain", buffer: Buffer.from("west\n") },
    ]);
    await page.locator("#composer-text").fill("What do you make of these?");
    await shoot(page, look, "33-attachments");
    await page.goto("/");
    await awake(page);
    await page.locator("#composer-memory").selectOption("temporary");
    await send(page, "Say exactly: Nothing of this stays.");
    await done(page);
    await page.reload();
    await shoot(page, look, "34-temporary");
    await page.context().close();
  }
  await hearth.stop();
});

test("models being fetched", async ({ browser }) => {
  for (const look of LOOKS.slice(0, 4)) {
    const hearth = await Hearth.start([]);
    const administrator = { name: "Ada", password: "a lamp on the table" };
    await hearth.post("/api/setup/administrator", { ...administrator, language: look.language, time_zone: "Europe/Lisbon" });
    const page = await open(browser, hearth, look);
    await page.goto("/sign-in");
    await enter(page, administrator);
    await page.goto("/setup");
    await shoot(page, look, "20-set-up-models");
    await page.locator("button.primary").click();
    await page.getByText("200 MB").first().waitFor();
    await shoot(page, look, "21-set-up-fetching");
    hearth.models.releasePulls();
    await hearth.models.stop();
    await page.goto("/setup");
    await shoot(page, look, "22-set-up-missing");
    await page.context().close();
    await hearth.stop();
  }
});

/** The two pictures of the root README: `README_PICTURES=1 npm run screenshots -- --grep README`. */
test("pictures of the README", async ({ browser }) => {
  test.skip(process.env.README_PICTURES === undefined, "they change only when the pages do");
  const [desk, , phone] = LOOKS as [Look, Look, Look];
  const hearth = await Hearth.startSetUp();
  const person = await hearth.newPerson("Mira");
  await hearth.post("/api/account/preferences", preferences(desk), person);
  hearth.models.script.push(
    [/allergic to\?[\s\S]*Title:$/, "What Biscuit must not eat"],
    [/to chicken[\s\S]*Title:$/, "Biscuit’s allergy"],
    [/allergic to\?/, "Biscuit is allergic to **chicken**. Read labels: “poultry meal” and most broths contain some."],
    [/to chicken/, "Poor Biscuit! I will remember it."],
  );
  desk.options.viewport = { width: 1000, height: 560 };
  const page = await open(browser, hearth, desk);
  await page.goto("/sign-in");
  await enter(page, person);
  await send(page, TOLD.en);
  await done(page);
  await page.goto("/");
  await send(page, ASKED.en);
  await done(page);
  await page.locator(".footnote > summary").first().click();
  await picture(page, "answer");
  for (const statement of ["My dog Biscuit is allergic to chicken.", "I take my coffee black.", "My sister Rosa is a vet."]) {
    await hearth.post("/api/memories/add", { statement }, person);
  }
  const handy = await open(browser, hearth, phone);
  await handy.goto("/sign-in");
  await enter(handy, person);
  await handy.goto("/memory");
  await picture(handy, "memory");
  await hearth.stop();
});

async function picture(page: Page, name: string): Promise<void> {
  await mkdir("pictures", { recursive: true });
  await page.screenshot({ path: join("pictures", `${name}.jpg`), type: "jpeg", quality: 70, animations: "disabled" });
}

function preferences(look: Look): Record<string, string> {
  return { language: look.language, theme: "device", reading_font: "serif", time_zone: "Europe/Lisbon", memory: "true" };
}

async function enter(page: Page, person: Person): Promise<void> {
  await page.locator("#field-name").fill(person.name);
  await page.locator("#field-password").fill(person.password);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/$/);
}

async function people(browser: Browser, hearth: Hearth, look: Look): Promise<void> {
  await hearth.post("/api/account/preferences", preferences(look), hearth.administrator);
  const page = await open(browser, hearth, look);
  await page.goto("/sign-in");
  await enter(page, hearth.administrator);
  await page.goto("/people");
  await shoot(page, look, "8-people");
  await page.locator("main form.fields button").click();
  await page.waitForLoadState();
  await shoot(page, look, "8-people-link");
  await page.goto("/models");
  await shoot(page, look, "10-models");
  await page.context().close();
}
