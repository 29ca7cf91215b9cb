/** Pictures and files in a message. */
import type { Page } from "@playwright/test";
import { tabTo } from "../support/hands.ts";
import { pdf, png } from "../support/files.ts";
import { Hearth } from "../support/hearth.ts";
import { SEER } from "../support/model_server.ts";
import { answer, answered, awake, composer, composerForm, expect, say, signIn, test } from "../support/test.ts";

const attach = (page: Page) => page.getByLabel("Attach pictures or files");
const waiting = (page: Page) => composerForm(page).getByRole("list", { name: "Attached" });
const picture = (name = "dog.png", width = 2000, height = 1000) => ({
  name,
  mimeType: "image/png",
  buffer: png(width, height),
});

test.describe("in a conversation", () => {
  test.beforeEach(async ({ page, person }) => {
    await signIn(page, person);
    await awake(page);
  });

  test("a model without vision is named, and one press asks a model with vision", async ({ page }) => {
    await attach(page).setInputFiles(picture());
    await expect(waiting(page).getByRole("listitem")).toContainText("dog.png");
    await expect(page.getByText("scripted-chat:1b cannot see pictures.")).toBeVisible();
    await page.getByRole("button", { name: `Ask ${SEER} instead` }).click();
    await expect(page.getByText(`${SEER} will answer; it can see pictures.`)).toBeVisible();
    await composer(page).fill("What is this?");
    await page.getByRole("button", { name: "Send" }).click();
    await page.waitForURL(/\/c\//);
    await expect(answer(page)).toContainText("I see 1 picture: 1600x800");
    await answered(page);
    const shown = page.getByRole("button", { name: "Picture: dog.png" });
    await expect(shown).toBeVisible();
    await expect(shown.locator("img")).toHaveJSProperty("complete", true);
    expect(await shown.locator("img").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(480);
    await page.reload();
    await shown.click();
    const large = page.getByRole("dialog", { name: "Picture: dog.png" });
    await expect(large.getByRole("img")).toBeVisible();
    await expect.poll(() => large.getByRole("img").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1600);
    await page.keyboard.press("Escape");
    await expect(large).toBeHidden();
    await expect(shown).toBeFocused();
  });

  test("what is attached waits through a reload, and is taken back", async ({ page }) => {
    await attach(page).setInputFiles([picture("one.png"), { name: "plan.txt", mimeType: "text/plain", buffer: Buffer.from("buy bread\n") }]);
    await expect(waiting(page).getByRole("listitem")).toHaveCount(2);
    await expect(waiting(page)).toContainText("1 line");
    await expect(waiting(page).getByRole("progressbar")).toHaveCount(0);
    await page.reload();
    await awake(page);
    await expect(waiting(page).getByRole("listitem")).toHaveCount(2);
    await page.getByRole("button", { name: "Remove one.png" }).click();
    await expect(waiting(page).getByRole("listitem")).toHaveCount(1);
    await page.reload();
    await expect(waiting(page).getByRole("listitem")).toHaveCount(1);
    await expect(waiting(page)).toContainText("plan.txt");
  });

  test("a screenshot is pasted, a file is dropped, and words alone are pasted as ever", async ({ page }) => {
    const bytes = [...png(64, 48)];
    await composer(page).evaluate((area, bytes) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], "image.png", { type: "image/png" }));
      area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }, bytes);
    await expect(waiting(page).getByRole("listitem")).toHaveCount(1);
    await composerForm(page).evaluate((form) => {
      const data = new DataTransfer();
      data.items.add(new File(["fn main() {}\n"], "main.rs"));
      const event = (kind: string) => new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
      form.dispatchEvent(event("dragover"));
      form.dispatchEvent(event("drop"));
    });
    await expect(waiting(page).getByRole("listitem")).toHaveCount(2);
    await expect(waiting(page)).toContainText("main.rs");
    const pasted = await composer(page).evaluate((area) => {
      const data = new DataTransfer();
      data.setData("text/plain", "only words");
      return area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    });
    expect(pasted, "nobody kept the browser from pasting").toBe(true);
  });

  test("a message may be a picture alone, and its conversation goes on with the next", async ({ page }) => {
    await attach(page).setInputFiles(picture());
    await page.getByRole("button", { name: /instead$/ }).click();
    await page.getByRole("button", { name: "Send" }).click();
    await page.waitForURL(/\/c\//);
    await expect(answer(page)).toContainText("I see 1 picture");
    await answered(page);
    await attach(page).setInputFiles([picture("a.png", 100, 50), picture("b.png", 50, 100)]);
    await expect(waiting(page).getByRole("listitem")).toHaveCount(2);
    await expect(waiting(page).getByRole("progressbar")).toHaveCount(0);
    await say(page, "And these?");
    await expect(answer(page)).toContainText("I see 2 pictures: 100x50 png, 50x100 png.");
    await expect(waiting(page).getByRole("listitem")).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Picture: b.png" })).toBeVisible();
  });

  test("a PDF's text is read, and the pages that did not fit are named", async ({ page }) => {
    const long = Array.from({ length: 20 }, (_, n) => `Page ${n + 1} of the report.\n${"It was warm and the lamp was lit.\n".repeat(40)}`);
    await attach(page).setInputFiles({ name: "report.pdf", mimeType: "application/pdf", buffer: pdf(long) });
    await expect(waiting(page)).toContainText("20 pages", { timeout: 30_000 });
    await say(page, "Say exactly: I have read it.");
    await answered(page);
    await expect(answer(page).getByText(/report\.pdf: the last \d+ pages did not fit/)).toBeVisible();
    await page.reload();
    await expect(answer(page).getByText(/the last \d+ pages did not fit/)).toBeVisible();
    await expect(page.getByRole("link", { name: /report\.pdf/ })).toBeVisible();
  });

  test("what cannot be read says why, is tried again, and keeps nothing from being sent once it is gone", async ({ page }) => {
    await attach(page).setInputFiles({ name: "photo.heic", mimeType: "image/heic", buffer: Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1") });
    await expect(waiting(page)).toContainText("Apple's HEIC format");
    await composer(page).fill("Say exactly: Hello.");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("alert")).toContainText("Something could not be uploaded");
    await page.getByRole("button", { name: "Remove photo.heic" }).click();
    await page.getByRole("button", { name: "Send" }).click();
    await page.waitForURL(/\/c\//);
    await expect(answer(page)).toContainText("Hello.");
  });

  test("an upload that lost its connection is tried again with one press", async ({ context, page }) => {
    await context.setOffline(true);
    await attach(page).setInputFiles(picture());
    await expect(waiting(page)).toContainText("Hearth is not reachable");
    await context.setOffline(false);
    await waiting(page).getByRole("button", { name: "Try again" }).click();
    await expect(waiting(page).getByRole("button", { name: "Try again" })).toBeHidden();
    await expect(waiting(page).locator("img")).toBeVisible();
  });

  test("with the keyboard alone a picture is attached, sent and opened", async ({ page }) => {
    await tabTo(page, attach(page));
    const chooser = page.waitForEvent("filechooser");
    await page.keyboard.press("Enter");
    await (await chooser).setFiles(picture());
    await expect(waiting(page).locator("img")).toBeVisible();
    await tabTo(page, page.getByRole("button", { name: /instead$/ }));
    await page.keyboard.press("Enter");
    await tabTo(page, composer(page));
    await page.keyboard.type("What is this?");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/c\//);
    await answered(page);
    await tabTo(page, page.getByRole("button", { name: "Picture: dog.png" }));
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog").getByRole("button", { name: "Close" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog")).toBeHidden();
  });
});

/** A file is served as a download and never as what it claims to be. */
test("what would like to be a page runs nothing when it is opened directly", async ({ browser, hearth, person }) => {
  // A context of its own: here the browser has every reason to complain.
  const context = await browser.newContext({ baseURL: hearth.url });
  const page = await context.newPage();
  await signIn(page, person);
  await awake(page);
  const script = "document.title='ran';fetch('/ran');window.opener&&(window.opener.ran=true)";
  const polyglot = Buffer.concat([png(8, 8), Buffer.from(`<script>${script}</script>`)]);
  const files = [
    { name: "page.html", mimeType: "text/html", buffer: Buffer.from(`<!doctype html><script>${script}</script>`) },
    { name: "drawing.svg", mimeType: "image/svg+xml", buffer: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" onload="${script}"><script>${script}</script></svg>`) },
    { name: "both.html", mimeType: "text/html", buffer: polyglot },
    { name: "x.xhtml", mimeType: "application/xhtml+xml", buffer: Buffer.from(`<html xmlns="http://www.w3.org/1999/xhtml"><script>${script}</script></html>`) },
  ];
  await attach(page).setInputFiles(files);
  await expect(waiting(page).getByRole("listitem")).toHaveCount(files.length);
  await expect(waiting(page).getByRole("progressbar")).toHaveCount(0);
  const ids = await waiting(page).locator("input[type=hidden]").evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
  expect(ids).toHaveLength(files.length);
  const asked: string[] = [];
  context.on("request", (request) => asked.push(new URL(request.url()).pathname));
  let downloads = 0;
  for (const id of ids) {
    const opened = await context.newPage();
    opened.on("download", () => (downloads += 1));
    await opened.goto(`/attachments/${id}`).catch((error) => expect(String(error)).toContain("Download is starting"));
    expect(await opened.title()).not.toBe("ran");
    await opened.close();
  }
  expect(downloads).toBe(3);
  expect(asked).not.toContain("/ran");
  // Nor in a frame, nor as a script, a style or a drawing of another page of ours.
  for (const id of ids) {
    const ran = await page.evaluate(async (address) => {
      const loads = ["script", "iframe", "object", "img"].map(
        (tag) =>
          new Promise((done) => {
            const element = document.createElement(tag);
            element.onload = element.onerror = done;
            element.setAttribute(tag === "object" ? "data" : "src", address);
            document.body.append(element);
            setTimeout(done, 1000);
          }),
      );
      await Promise.all(loads);
      return document.title === "ran" || "ran" in window;
    }, `/attachments/${id}`).catch(() => false);
    expect(ran).toBe(false);
  }
  expect(asked).not.toContain("/ran");
  await context.close();
});

test("where no model can see, the page says which to fetch", async ({ page }) => {
  const hearth = await Hearth.startSetUp(["scripted-chat:1b", "scripted-embed:latest"]);
  try {
    await page.goto(`${hearth.url}/sign-in`);
    await page.getByLabel("Name").fill("Ada");
    await page.getByLabel("Password").fill("a lamp on the table");
    await page.getByRole("button", { name: "Sign in" }).click();
    await awake(page);
    await attach(page).setInputFiles(picture());
    await expect(page.getByText("No model on this box can see pictures. An administrator can fetch qwen2.5vl:")).toBeVisible();
    await say(page, "Say exactly: I cannot see it.");
    await answered(page);
    await expect(answer(page).getByText("The model did not see 1 picture")).toBeVisible();
  } finally {
    await hearth.stop();
  }
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("the camera is one press away, and nothing is wider than the screen", async ({ page, person }) => {
    await signIn(page, person);
    await awake(page);
    const camera = page.getByLabel("Take a photo");
    await expect(camera).toHaveAttribute("capture", "environment");
    for (const label of await page.locator(".file-button:visible").all()) {
      const box = await label.boundingBox();
      expect(Math.min(box!.width, box!.height)).toBeGreaterThanOrEqual(44);
    }
    await camera.setInputFiles(picture(`${"a very long name of a photo ".repeat(6)}.png`, 900, 1600));
    await expect(waiting(page).locator("img")).toBeVisible();
    await page.getByRole("button", { name: /instead$/ }).tap();
    await composer(page).fill("What is this?");
    await page.getByRole("button", { name: "Send" }).tap();
    await page.waitForURL(/\/c\//);
    await answered(page);
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.getByRole("button", { name: /^Picture: / }).tap();
    await expect(page.getByRole("dialog").getByRole("img")).toBeInViewport();
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).tap();
    await expect(page.getByRole("dialog")).toBeHidden();
  });
});

test.describe("with scripts off", () => {
  test.use({ javaScriptEnabled: false });

  test("a file is uploaded by a plain form, sent, and a picture opens large", async ({ page, person }) => {
    await signIn(page, person);
    await page.getByLabel("Attach pictures or files").last().setInputFiles(picture());
    await page.getByRole("button", { name: "Upload" }).click();
    await expect(composerForm(page)).toContainText("dog.png");
    await composer(page).fill("Say exactly: Plain words.");
    await page.getByRole("button", { name: "Send" }).click();
    await expect(page).toHaveURL(/\/c\//);
    await page.getByRole("button", { name: "Picture: dog.png" }).click();
    await expect(page.getByRole("dialog").getByRole("img")).toBeVisible();
  });
});
