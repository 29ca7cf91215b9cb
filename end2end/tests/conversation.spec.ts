import { answer, answered, awake, composer, expect, say, signIn, test } from "../support/test.ts";

test.beforeEach(async ({ page, person }) => signIn(page, person));

test("an answer streams in and is the same after a reload", async ({ page }) => {
  await say(page, "Say exactly: First **bold** words.\n\n- one\n- two\n\n```rust\nlet lamp = 1;\n```\n\nLast words.");
  await answered(page);
  const html = async () => (await answer(page).locator(".prose").innerHTML()).replace(/>\s+</g, "><").trim();
  const streamed = await html();
  await expect(answer(page).getByRole("listitem")).toHaveText(["one", "two"]);
  await page.reload();
  await awake(page);
  expect(await html()).toBe(streamed);
});

test("a second message in the same conversation appears at once, with its answer", async ({ page }) => {
  await say(page, "Say exactly: One.");
  await answered(page);
  await say(page, "Say exactly: Two.");
  await expect(composer(page)).toHaveValue("");
  await expect(answer(page)).toContainText("Two.");
  await answered(page);
  await expect(page.getByRole("article")).toHaveCount(4);
});

test("Stop keeps what was written", async ({ page }) => {
  await say(page, "Count to 400");
  await expect(answer(page)).toContainText("number 5.");
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(page.getByText("Stopped. What was written is kept.")).toBeVisible();
  await answered(page);
  await page.reload();
  await expect(answer(page)).toContainText("number 5.");
  await expect(answer(page)).not.toContainText("number 400.");
});

test("an answer goes on without its reader", async ({ context, page }) => {
  await say(page, "Count to 60");
  await expect(answer(page)).toContainText("number 3.");
  const address = page.url();
  await page.close();
  const later = await context.newPage();
  await later.goto(address);
  await expect(answer(later)).toContainText("number 60.", { timeout: 20_000 });
});

test("a second tab sees the question and the answer as they come", async ({ context, page }) => {
  await say(page, "Say exactly: One.");
  await answered(page);
  const other = await context.newPage();
  await other.goto(page.url());
  await awake(other);
  await page.bringToFront();
  await say(page, "Count to 40");
  await other.bringToFront();
  await expect(other.getByText("Count to 40")).toBeVisible();
  await expect(answer(other)).toContainText("number 40.");
  await expect(other.getByText("Count to 40")).toHaveCount(1);
});

test("what was half written survives a reload", async ({ page }) => {
  await awake(page);
  await composer(page).fill("a thought that is not");
  await page.reload();
  await expect(composer(page)).toHaveValue("a thought that is not");
});

test("an empty message cannot be sent", async ({ page }) => {
  await awake(page);
  await expect(page.getByRole("button", { name: "Send" })).toBeDisabled();
  await composer(page).fill("   ");
  await expect(page.getByRole("button", { name: "Send" })).toBeDisabled();
});

test("Enter with Shift, and Enter while composing, send nothing", async ({ page }) => {
  await awake(page);
  await composer(page).fill("one");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("two");
  await expect(composer(page)).toHaveValue("one\ntwo");
  await composer(page).dispatchEvent("keydown", { key: "Enter", isComposing: true, bubbles: true });
  await composer(page).dispatchEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true });
  await expect(page).toHaveURL(/\/$/);
});

test("when Hearth cannot be reached, the text stays and a sentence says so", async ({ context, page }) => {
  await say(page, "Say exactly: One.");
  await answered(page);
  await context.setOffline(true);
  await composer(page).fill("Say exactly: Two.");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("Not sent");
  await expect(composer(page)).toHaveValue("Say exactly: Two.");
  await context.setOffline(false);
  await page.keyboard.press("Enter");
  await expect(answer(page)).toContainText("Two.");
  await expect(page.getByRole("article")).toHaveCount(4);
});

test("a conversation is renamed and deleted for good", async ({ page }) => {
  await say(page, "Say exactly: One.");
  await answered(page);
  const address = page.url();
  await page.getByRole("button", { name: "Options" }).click();
  await page.getByLabel("Title").fill("Lamps and bread");
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page.getByRole("heading", { name: "Lamps and bread", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "Options" }).click();
  await page.locator("summary", { hasText: "Delete" }).click();
  await page.getByRole("button", { name: "Delete for good" }).click();
  await expect(page).toHaveURL(/\/conversations$/);
  const reply = await page.goto(address);
  expect(reply?.status()).toBe(404);
});

test("the page of a conversation is light", async ({ page }) => {
  test.fail(!process.env.HEARTH_DEV_SITE, "the browser's half weighs 242 kB and is to come down again");
  await say(page, "Say exactly: One.");
  await answered(page);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.clearBrowserCache");
  let requests = 0;
  let bytes = 0;
  cdp.on("Network.requestWillBeSent", () => (requests += 1));
  cdp.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.reload({ waitUntil: "load" });
  await awake(page);
  await page.waitForFunction(() => performance.getEntriesByType("resource").length > 0);
  test.info().annotations.push({ type: "page weight", description: `${requests} requests, ${bytes} bytes` });
  console.log(`conversation page, cold: ${requests} requests, ${bytes} bytes`);
  expect(requests).toBeLessThanOrEqual(8);
  if (!process.env.HEARTH_DEV_SITE) expect(bytes).toBeLessThanOrEqual(200_000);
});
