/** Answers read aloud, messages dictated. */
import type { Page } from "@playwright/test";
import { browser } from "../support/browser.ts";
import { Hearth } from "../support/hearth.ts";
import { HEARD, SpeechServer } from "../support/speech_server.ts";
import { answer, answered, awake, composer, expect, say, signIn, test } from "../support/test.ts";

test.use({
  launchOptions: {
    ...browser.launchOptions,
    args: [
      ...(browser.launchOptions?.args ?? []),
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
      "--autoplay-policy=user-gesture-required",
    ],
  },
});

const readAloud = (page: Page) => answer(page).getByRole("button", { name: "Read aloud" });

/** This browser has these voices, and tells what it was given to say. */
async function withVoices(page: Page, voices: { lang: string; localService: boolean }[]): Promise<void> {
  await page.addInitScript((voices) => {
    const spoken: string[] = [];
    const synthesis = {
      getVoices: () => voices.map((voice, number) => ({ ...voice, name: `voice ${number}`, voiceURI: `${number}`, default: false })),
      speak: (utterance: { text: string; voice: { lang: string } }) => spoken.push(`${utterance.voice.lang}: ${utterance.text}`),
      cancel: () => spoken.push("cancelled"),
      addEventListener: () => {},
      onvoiceschanged: null,
    };
    Object.defineProperty(window, "speechSynthesis", { value: synthesis });
    Object.defineProperty(window, "SpeechSynthesisUtterance", {
      value: class {
        voice: unknown;
        lang = "";
        onend: (() => void) | null = null;
        constructor(readonly text: string) {}
      },
    });
    Object.defineProperty(window, "spoken", { value: spoken });
  }, voices);
}

const spoken = (page: Page) => page.evaluate(() => (window as unknown as { spoken: string[] }).spoken);

test("an answer is read aloud by a voice of the device, without its code, and stops", async ({ page, person }) => {
  await withVoices(page, [
    { lang: "en-US", localService: false },
    { lang: "de-DE", localService: true },
    { lang: "en-GB", localService: true },
    { lang: "zh-CN", localService: true },
  ]);
  await signIn(page, person);
  await say(page, "Say exactly: A **warm** lamp.\n\n```\nlet code = 1;\n```\n\nGood night.");
  await answered(page);
  await readAloud(page).click();
  expect(await spoken(page)).toEqual(["en-GB: A warm lamp.", "en-GB: Good night."]);
  await answer(page).getByRole("button", { name: "Stop reading" }).click();
  expect((await spoken(page)).at(-1)).toBe("cancelled");
  await expect(readAloud(page)).toBeVisible();
  await say(page, "Say exactly: 晚上好。");
  await answered(page);
  await readAloud(page).click();
  expect((await spoken(page)).at(-1)).toBe("zh-CN: 晚上好。");
});

test("where every voice would ask its maker, nothing is read aloud or dictated, and the settings say so", async ({ page, person }) => {
  await withVoices(page, [{ lang: "en-US", localService: false }]);
  await signIn(page, person);
  await say(page, "Say exactly: Quiet.");
  await answered(page);
  await expect(readAloud(page)).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Dictate" })).toHaveCount(0);
  await page.goto("/settings");
  await expect(page.getByText("Reading aloud is off: this browser has no voice of its own")).toBeVisible();
  await expect(page.getByText("Dictation is off: this browser would send your voice elsewhere.")).toBeVisible();
});

test("a browser that understands speech on the device dictates", async ({ page, person }) => {
  await page.addInitScript(() => {
    class Recogniser {
      static available = async (wanted: { processLocally: boolean }) => (wanted.processLocally ? "available" : "unavailable");
      processLocally = false;
      onresult?: (event: unknown) => void;
      onend?: () => void;
      start() {
        const result = Object.assign([{ transcript: this.processLocally ? "warm bread" : "sent elsewhere" }], { isFinal: true });
        setTimeout(() => this.onresult?.({ resultIndex: 0, results: [result] }));
      }
      stop() {
        this.onend?.();
      }
    }
    Object.defineProperty(window, "SpeechRecognition", { value: Recogniser });
  });
  await signIn(page, person);
  await awake(page);
  await composer(page).fill("Please:");
  await page.getByRole("button", { name: "Dictate" }).click();
  await expect(composer(page)).toHaveValue("Please: warm bread");
  await page.getByRole("button", { name: "Stop dictating" }).click();
  await expect(page.getByRole("button", { name: "Dictate" })).toBeVisible();
});

test.describe("with a speech server", () => {
  let hearth: Hearth;
  let speech: SpeechServer;
  test.beforeAll(async () => {
    speech = await SpeechServer.start();
    hearth = await Hearth.startSetUp(undefined, { HEARTH_SPEECH_URL: speech.url });
  });
  test.afterAll(async () => {
    await hearth.stop();
    await speech.stop();
  });
  test.beforeEach(async ({ page }) => {
    await page.goto(`${hearth.url}/sign-in`);
    await page.getByLabel("Name").fill("Ada");
    await page.getByLabel("Password").fill("a lamp on the table");
    await page.getByRole("button", { name: "Sign in" }).click();
    await awake(page);
  });

  test("what is said is written down", async ({ page }) => {
    await page.getByRole("button", { name: "Dictate" }).click();
    await expect(page.getByText("Listening")).toBeVisible();
    await page.getByRole("button", { name: "Stop dictating" }).click();
    await expect(composer(page)).toHaveValue(HEARD);
    expect(speech.recordings.at(-1)!.toString("latin1")).toContain('filename="speech.webm"');
  });

  test("an answer is read aloud by it where the device has no voice, and stops", async ({ page }) => {
    await say(page, "Say exactly: A **warm** lamp.");
    await answered(page);
    await readAloud(page).click();
    const stop = answer(page).getByRole("button", { name: "Stop reading" });
    await expect(stop).toBeVisible();
    await expect.poll(() => speech.spoken.at(-1)).toBe("A warm lamp.");
    await stop.click();
    await expect(readAloud(page)).toBeVisible();
  });

  test("over plain http the microphone is not lent, and the page says why", async ({ page }) => {
    await page.addInitScript(() => Object.defineProperty(window, "isSecureContext", { value: false }));
    await page.goto(`${hearth.url}/`);
    await awake(page);
    await page.getByRole("button", { name: "Dictate" }).click();
    await expect(page.getByRole("alert")).toContainText("The browser lends the microphone only to https");
  });
});
