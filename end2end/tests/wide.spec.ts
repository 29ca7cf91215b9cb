/** Texts in scripts without spaces, and what nests, are shown as they were meant, streamed and reloaded. */
import { WIDE } from "../support/wide.ts";
import { answered, answerText, awake, composer, expect, say, signIn, test } from "../support/test.ts";

for (const [name, viewport] of [["a desk", { width: 1440, height: 900 }], ["a phone", { width: 390, height: 844 }]] as const) {
  test.describe(`on ${name}`, () => {
    test.use({ viewport });

    test("emphasis, addresses, a document as code and deep lists are shown whole", async ({ page, person }) => {
      await signIn(page, person);
      await say(page, `Say exactly: ${WIDE}`);
      await answered(page);
      const text = answerText(page);
      // A streamed answer has no line breaks between its blocks, which do not show.
      const html = async () => (await text.innerHTML()).trim().replaceAll(/>\n</g, "><");
      const streamed = await html();
      await page.reload();
      await awake(page);
      await expect(text.locator(".code-copy")).toHaveCount(1);
      expect(await html()).toBe(streamed);

      await expect(text.locator("strong")).toHaveText([
        "注意：", "“取出并重置”", "「重点」", "Markdown（マークダウン）", "重要：", "이 용어(This term)", "好👍",
      ]);
      await expect(text.locator("del")).toHaveText("（删除）");
      await expect(text.locator("a")).toHaveText(["https://a.example/中国", "https://b.example", "www.c.example", "me@d.example"]);
      await expect(text.locator("pre")).toHaveText(/# 说明\s+```bash\s+ls \*\*注意：\*\*请\s+```\s+完。/);
      await expect(text.getByText("The end.")).toBeVisible();

      // Each item has a line of its own, with room for a few words, inside of the page.
      await expect(text.getByRole("listitem")).toHaveCount(20);
      const boxes = await text.locator("li").evaluateAll((items) =>
        items.map((item) => {
          const range = document.createRange();
          range.selectNode(item.firstChild!);
          const { top, left, right } = range.getBoundingClientRect();
          return { top, left, right, room: item.getBoundingClientRect().width };
        }),
      );
      for (const [level, box] of boxes.entries()) {
        expect(box.room, `level ${level + 1}`).toBeGreaterThan(160);
        expect(box.right).toBeLessThanOrEqual(viewport.width);
        if (level > 0) expect(box.top).toBeGreaterThan(boxes[level - 1]!.top);
      }
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(over).toBeLessThanOrEqual(0);
    });
  });
}

test("a message and a title of invisible characters are not taken", async ({ page, person }) => {
  await signIn(page, person);
  await awake(page);
  const send = page.getByRole("button", { name: "Send" });
  for (const invisible of ["\u3164", "\u200b\u2060 ", "\u2800", "\u0301", "\u{e0041}"]) {
    await composer(page).fill(invisible);
    await expect(send).toBeDisabled();
  }
  for (const visible of ["👍🏽", "1\ufe0f\u20e3", "🇨🇳", "."]) {
    await composer(page).fill(visible);
    await expect(send).toBeEnabled();
  }
  await say(page, "Hello");
  await answered(page);
  await page.getByRole("button", { name: "Options", exact: true }).click();
  await page.getByLabel("Title").fill("\u3164");
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page.getByRole("alert").filter({ hasText: /\S/ })).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/\w/);
});
