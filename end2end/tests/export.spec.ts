/** Export of everything of a person, and import by another person. */
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { png } from "../support/files.ts";
import { HANDS, type Hands } from "../support/hands.ts";
import { answered, awake, composerForm, expect, say, signIn, test } from "../support/test.ts";

const chooser = (page: Page) => page.getByLabel("The file");

/** Presses the link that downloads, and gives the file. */
async function download(page: Page, hands: Hands): Promise<{ name: string; bytes: Buffer }> {
  await page.goto("/settings");
  const coming = page.waitForEvent("download");
  await hands.press(page, page.getByRole("link", { name: "Download everything" }));
  const file = await coming;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

async function bringIn(page: Page, hands: Hands, name: string, buffer: Buffer): Promise<void> {
  await chooser(page).setInputFiles({ name, mimeType: "application/zip", buffer });
  await hands.press(page, page.getByRole("button", { name: "Bring it in" }));
  await page.waitForURL(/\/transfer$/);
}

for (const hands of HANDS) {
  test.describe(hands.name, () => {
    test.use(hands.options);

    test("words are downloaded by one person and brought in by another", async ({ browser, hearth, page, person }) => {
      await signIn(page, person);
      await awake(page);
      await page.getByLabel("Attach pictures or files").setInputFiles({ name: "garden.png", mimeType: "image/png", buffer: png(64, 48) });
      await expect(composerForm(page).getByRole("listitem")).toContainText("garden.png");
      await expect(composerForm(page).getByRole("progressbar")).toHaveCount(0);
      await say(page, "我的花园里种了什么？");
      await answered(page);
      await hearth.post("/api/memories/add", { statement: "I grow beans." }, person);
      const { name, bytes } = await download(page, hands);
      expect(name).toMatch(/^hearth-Person \d+-\d{4}-\d\d-\d\d\.zip$/);
      expect(bytes.subarray(0, 4)).toEqual(Buffer.from("PK\x03\x04"));
      expect(bytes.includes("memories.json")).toBe(true);

      const other = await hearth.newPerson();
      const theirs = await browser.newContext({ baseURL: hearth.url, ...hands.options });
      const tab = await theirs.newPage();
      await signIn(tab, other);
      await tab.goto("/settings");
      await bringIn(tab, hands, name, bytes);
      const report = tab.getByRole("status").filter({ hasText: "Brought in:" });
      await expect(report).toContainText(/Brought in: 1 conversation, 1 memory, 1 picture\./);
      await hands.press(tab, tab.getByRole("link", { name: "See your conversations" }));
      await hands.press(tab, tab.locator("main .row-main").first());
      await tab.waitForURL(/\/c\//);
      await expect(tab.getByRole("main")).toContainText("我的花园里种了什么？");
      const picture = tab.getByRole("button", { name: "Picture: garden.png" }).locator("img");
      await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(64);
      await tab.goto("/memory");
      await expect(tab.locator("main li.memory")).toContainText("I grow beans");
      // Once more: nothing is doubled.
      await tab.goto("/transfer");
      await bringIn(tab, hands, name, bytes);
      await expect(tab.getByText("Everything in this file was here already.")).toBeVisible();
      await tab.goto("/conversations");
      await expect(tab.locator("main .row-main")).toHaveCount(1);
      await theirs.close();
    });

    test("a file that is no archive is refused with the next step, and the form stays", async ({ page, person }) => {
      await signIn(page, person);
      await page.goto("/settings");
      await bringIn(page, hands, "holiday.zip", Buffer.from("not a zip file at all"));
      await expect(page.getByRole("alert")).toContainText("Nothing was taken; download it once more");
      await expect(chooser(page)).toBeVisible();
      await expect(page).toHaveTitle(/Take your words with you/);
    });
  });
}

test("it works without scripts", async ({ browser, hearth, person }) => {
  const plain = await browser.newContext({ baseURL: hearth.url, javaScriptEnabled: false });
  const page = await plain.newPage();
  await signIn(page, person);
  await page.goto("/settings");
  const coming = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download everything" }).click();
  const bytes = await readFile(await (await coming).path());
  await chooser(page).setInputFiles({ name: "words.zip", mimeType: "application/zip", buffer: bytes });
  await page.getByRole("button", { name: "Bring it in" }).click();
  await expect(page.getByRole("status")).toContainText("There was nothing in this file to take.");
  await plain.close();
});

test("the page speaks 简体中文", async ({ page, person }) => {
  await signIn(page, person);
  await page.goto("/settings");
  await page.getByLabel("Language").selectOption({ label: "简体中文" });
  await page.getByRole("button", { name: "Save" }).click();
  await page.goto("/transfer");
  await expect(page.getByRole("heading", { name: "带走你的话", level: 1 })).toBeVisible();
  await page.getByLabel("文件", { exact: true }).setInputFiles({ name: "a.zip", mimeType: "application/zip", buffer: Buffer.from("x") });
  await page.getByRole("button", { name: "导入" }).click();
  await expect(page.getByRole("alert")).toContainText("没有导入");
});
