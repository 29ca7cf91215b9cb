/** Three ways to use a page: a mouse at a desk, a finger on a phone, and a keyboard alone. */
import type { Locator, Page, PlaywrightTestOptions } from "@playwright/test";

export type Hands = {
  name: string;
  options: Partial<Pick<PlaywrightTestOptions, "viewport" | "hasTouch" | "isMobile">>;
  /** Does what a button, a link or a fold is there for. */
  press(page: Page, goal: Locator): Promise<void>;
};

/** Presses Tab until this has the focus. */
export async function tabTo(page: Page, goal: Locator): Promise<void> {
  for (let press = 0; press < 120; press += 1) {
    if ((await goal.count()) > 0 && (await goal.evaluate((found) => found === document.activeElement))) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never came to ${goal}`);
}

export const HANDS: Hands[] = [
  { name: "at a desk", options: { viewport: { width: 1440, height: 900 } }, press: (_, goal) => goal.click() },
  {
    name: "on a phone",
    options: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    press: (_, goal) => goal.tap(),
  },
  {
    name: "by keyboard",
    options: { viewport: { width: 1440, height: 900 } },
    async press(page, goal) {
      await goal.waitFor();
      await tabTo(page, goal);
      await page.keyboard.press("Enter");
    },
  },
];
