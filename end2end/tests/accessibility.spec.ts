/** axe finds nothing serious on any page, light or dark. */
import { answered, awake, composer, expect, isAccessible, say, signIn, test } from "../support/test.ts";

test("Send is legible in every state, also under the mouse", async ({ page, person }) => {
  await signIn(page, person);
  await awake(page);
  const send = page.getByRole("button", { name: "Send" });
  await expect(send).toBeDisabled();
  await send.hover({ force: true });
  await expect(send).toHaveCSS("background-color", "rgb(245, 239, 231)");
  await expect(send).toHaveCSS("color", "rgb(107, 97, 89)");
  await composer(page).fill("words");
  await expect(send).toHaveCSS("color", "rgb(255, 255, 255)");
  await expect(send).not.toHaveCSS("background-color", "rgb(245, 239, 231)");
  await composer(page).fill("");
  await expect(send).toHaveCSS("background-color", "rgb(245, 239, 231)");
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("the set-up page", async ({ emptyHearth, page }) => {
      await page.goto(`${emptyHearth.url}/setup`);
      await isAccessible(page, "set-up");
    });

    test("pages for people who are not signed in", async ({ hearth, page }) => {
      await page.goto("/sign-in");
      await isAccessible(page, "sign-in");
      const link = await hearth.post("/api/people/invite", { name: "Guest" }, hearth.administrator);
      await page.goto(`/join/${link.secret}`);
      await isAccessible(page, "join");
    });

    test("pages of an administrator, an opened answer included", async ({ hearth, page }) => {
      await signIn(page, hearth.administrator);
      await isAccessible(page, "new conversation");
      await say(page, "Say exactly: # Title\n\nText with `code` and a [link](https://example.com).\n\n```\ncode\n```");
      await answered(page);
      await isAccessible(page, "conversation");
      await page.getByRole("button", { name: "Options" }).click();
      await isAccessible(page, "options");
      await page.keyboard.press("Escape");
      await say(page, `Fail once: ${colorScheme}`);
      await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
      await isAccessible(page, "failed answer");
      for (const path of ["/conversations", "/settings", "/transfer", "/people", "/models", "/nothing-here"]) {
        await page.goto(path);
        await isAccessible(page, path);
      }
    });
  });
}
