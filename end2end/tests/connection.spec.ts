/** A slow or broken line loses nothing and says so. */
import { answer, answered, awake, composer, expect, say, signIn, test } from "../support/test.ts";

test.beforeEach(async ({ page, person }) => signIn(page, person));

test("on a slow line a double press sends once and nothing is lost", async ({ page }) => {
  await say(page, "Say exactly: One.");
  await answered(page);
  const line = await page.context().newCDPSession(page);
  await line.send("Network.enable");
  const slow = { offline: false, latency: 1_500, downloadThroughput: 20_000, uploadThroughput: 5_000 };
  await line.send("Network.emulateNetworkConditions", slow);
  await composer(page).fill("Say exactly: Two.");
  await page.getByRole("button", { name: "Send" }).dblclick();
  await expect(composer(page)).toHaveValue("Say exactly: Two.");
  await expect(answer(page)).toContainText("Two.");
  await answered(page);
  await expect(composer(page)).toHaveValue("");
  await page.reload();
  await awake(page);
  await expect(page.getByRole("article")).toHaveCount(4);
});

test("when the reply to Send is lost, pressing again stores one message", async ({ page }) => {
  await awake(page);
  let lost = 0;
  await page.route("**/api/conversations/send", async (route) => {
    await route.fetch();
    lost += 1;
    if (lost === 1) return route.abort();
    return route.fallback();
  });
  await composer(page).fill("Say exactly: Only once.");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("Not sent");
  await expect(composer(page)).toHaveValue("Say exactly: Only once.");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/c\//);
  await answered(page);
  await expect(page.getByRole("article")).toHaveCount(2);
  await page.goto("/conversations");
  await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(1);
});

test("what is written while the line is down is there after a reload", async ({ context, page }) => {
  await say(page, "Say exactly: One.");
  await answered(page);
  await context.setOffline(true);
  await composer(page).fill("A long thought.");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("alert")).toHaveText("Not sent: Hearth is not reachable. What you wrote is still here; press Send again in a moment.");
  await context.setOffline(false);
  await page.reload();
  await expect(composer(page)).toHaveValue("A long thought.");
});
