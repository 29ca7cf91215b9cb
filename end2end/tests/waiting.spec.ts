/** What is shown while an answer is awaited, and what can be done meanwhile. */
import { createSocket, type Socket } from "node:dgram";
import type { AddressInfo } from "node:net";
import { Hearth, type Person } from "../support/hearth.ts";
import { answer, answered, awake, composer, device, expect, PHONE, say, SIZES, test } from "../support/test.ts";

for (const [name, size] of Object.entries(SIZES)) {
  test(`the place in the queue moves by itself, and Stop on another device takes one out (${name})`, async ({ browser, hearth }) => {
    test.setTimeout(120_000);
    const people = await Promise.all([hearth.newPerson(), hearth.newPerson(), hearth.newPerson()]);
    const [first, second, mine] = await Promise.all(people.map((person) => device(browser, hearth, person, size)));
    await say(first!, "Count to 2000");
    await expect(answer(first!)).toContainText("number 2.");
    await say(second!, "Count to 2000");
    await say(mine!, "Say exactly: At last.");
    await expect(answer(mine!).getByText(/^2 before you/)).toBeVisible();
    // The second person gives up waiting, on another device of theirs.
    const other = await device(browser, hearth, people[1]!, PHONE);
    await other.goto(second!.url());
    await awake(other);
    await expect(answer(other).getByText(/before you|You are next/)).toBeVisible();
    await other.getByRole("button", { name: "Stop" }).click();
    await expect(answer(second!).getByText("Stopped. What was written is kept.")).toBeVisible();
    await expect(answer(mine!).getByText(/^1 before you/)).toBeVisible();
    await first!.getByRole("button", { name: "Stop" }).click();
    await expect(answer(mine!)).toContainText("At last.");
    await Promise.all([first!, second!, mine!, other].map((page) => page.context().close()));
  });

  test(`a model that is being loaded is named, and its seconds count (${name})`, async ({ browser }) => {
    test.setTimeout(120_000);
    const hearth = await Hearth.startSetUp();
    try {
      const page = await device(browser, hearth, hearth.administrator, size);
      await say(page, "Load for 8600 ms. Say exactly: Warm now.");
      const wait = answer(page).locator(":scope > .wait");
      await expect(wait).toContainText(/Loading scripted-chat:1b, [2-5] s/);
      await expect(wait).toContainText(/Loading scripted-chat:1b, [6-9] s/);
      await expect(answer(page)).toContainText("Warm now.");
      await answered(page);
      await expect(wait).toBeEmpty();
      // Long enough for Hearth to doubt that the model is still in memory.
      await page.waitForTimeout(6_000);
      await say(page, "Load for 3000 ms. Say exactly: Once more.");
      await expect(wait).toContainText("the last time it took 9 s");
      await answered(page);
      await page.context().close();
    } finally {
      await hearth.stop();
    }
  });
}

test("a message waits for a model server that is away, and is answered once though its browser was closed", async ({ browser }) => {
  const hearth = await Hearth.startSetUp();
  try {
    const page = await device(browser, hearth, hearth.administrator);
    await say(page, "Say exactly: One.");
    await answered(page);
    const port = Number(new URL(hearth.models.url).port);
    await hearth.models.stop();
    await say(page, "Say exactly: Back again.");
    await expect(answer(page).getByText("The model on this box is not reachable.")).toBeVisible();
    const address = page.url();
    await page.context().close();
    await hearth.restartModels(port);
    const later = await device(browser, hearth, hearth.administrator, PHONE);
    await later.goto(address);
    await expect(answer(later)).toContainText("Back again.", { timeout: 30_000 });
    await answered(later);
    expect(hearth.models.asked.filter((text) => text.endsWith("Back again."))).toHaveLength(1);
    await later.context().close();
  } finally {
    await hearth.stop();
  }
});

test.describe("the computer of a model server that sleeps", () => {
  const MAC = "3c:7c:3f:12:34:56";
  let card: Socket;
  let hearth: Hearth;
  let woken = 0;

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    card = createSocket("udp4");
    card.on("message", (packet) => {
      const magic = Buffer.concat([Buffer.alloc(6, 0xff), ...new Array(16).fill(Buffer.from(MAC.replaceAll(":", ""), "hex"))]);
      if (packet.equals(magic)) woken += 1;
    });
    await new Promise<void>((listening) => card.bind(0, "127.0.0.1", listening));
    const port = (card.address() as AddressInfo).port;
    hearth = await Hearth.startSetUp(undefined, { HEARTH_WAKE_MAC: MAC, HEARTH_WAKE_BROADCAST: `127.0.0.1:${port}` });
  });

  test.afterAll(async () => {
    await hearth.stop();
    card.close();
  });

  test("is woken by a message that waits, and by a button, with the keyboard alone too", async ({ browser }) => {
    test.setTimeout(120_000);
    const page = await device(browser, hearth, hearth.administrator, PHONE);
    await say(page, "Say exactly: One.");
    await answered(page);
    const port = Number(new URL(hearth.models.url).port);
    await hearth.models.stop();
    await composer(page).focus();
    await page.keyboard.type("Say exactly: Good morning.");
    await page.getByRole("button", { name: "Send" }).press("Enter");
    const wake = answer(page).getByRole("button", { name: "Wake the model's computer" });
    await expect(wake).toBeVisible();
    await expect.poll(() => woken).toBe(1);
    await composer(page).focus();
    for (let steps = 0; steps < 6 && !(await wake.evaluate((button) => button === document.activeElement)); steps += 1) {
      await page.keyboard.press("Shift+Tab");
    }
    await page.keyboard.press("Enter");
    await expect(answer(page).getByText("A wake-up was sent.")).toBeVisible();
    await expect.poll(() => woken).toBe(2);
    await page.screenshot({ path: test.info().outputPath("wake.png") });
    // The page of administrators has the button as a plain form.
    await page.goto("/models");
    await page.getByRole("button", { name: "Wake the model's computer" }).click();
    await expect.poll(() => woken).toBe(3);
    await expect(page.getByRole("heading", { name: "Models", level: 1 })).toBeVisible();
    await hearth.restartModels(port);
    await page.goto("/conversations");
    await page.getByRole("link", { name: /One/ }).first().click();
    await expect(answer(page)).toContainText("Good morning.", { timeout: 30_000 });
    await answered(page);
    await expect(wake).toBeHidden();
    await page.context().close();
  });
});
