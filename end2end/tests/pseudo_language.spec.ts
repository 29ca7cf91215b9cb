/** In the pseudo-language every text of the pages is translated, and still fits. */
import { type Page } from "@playwright/test";
import { answered, expect, say, signIn, SIZES, test } from "../support/test.ts";

/** What people, models, devices and files bring, and names that are the same in every language. */
const FOREIGN = [
  "[dir=auto]",
  "[translate=no]",
  "bdi, code, kbd, q, .prose, [lang]:not(html)",
  "[name=time_zone] option, [name=language] option, [name=model] option, [name=person] option",
].join(", ");

/** Texts, labels and titles of the page with letters outside of the pseudo-language's brackets. */
function untranslated(page: Page): Promise<string[]> {
  return page.evaluate((foreign) => {
    const found = new Set<string>();
    const check = (text: string | null) => {
      let rest = text ?? "";
      for (let before = ""; before !== rest; ) {
        before = rest;
        rest = rest.replace(/\[[^[\]]*\]/g, "");
      }
      if (/\p{L}/u.test(rest)) found.add(text!.trim());
    };
    // The title of a conversation is content.
    if (!location.pathname.startsWith("/c/")) check(document.title.replace(/ · Hearth$/, ""));
    for (const element of document.body.querySelectorAll("*")) {
      if (element.closest(`script, style, noscript, ${foreign}`)) continue;
      for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) check(node.textContent);
      for (const name of ["aria-label", "placeholder", "alt", "title", "label"]) {
        // Names of files and memories within a label are content.
        const label = element.getAttribute(name);
        if (label && !label.startsWith("[")) check(label);
      }
    }
    return [...found];
  }, FOREIGN);
}

/** Elements whose text is cut off, or which make the page wider than the window. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = document.documentElement.scrollWidth > innerWidth ? ["the page"] : [];
    const cut = [...document.querySelectorAll("a, button, summary, label, h1, h2, p, dt, dd, li")].filter((element) => {
      const style = getComputedStyle(element);
      const hides = style.overflowX !== "visible" && style.textOverflow !== "ellipsis";
      // One pixel wide: only for screen readers.
      const shown = element.checkVisibility() && element.clientWidth > 1 && !element.closest(".skip, .prose");
      return hides && shown && element.scrollWidth > element.clientWidth + 1;
    });
    return [...wide, ...cut.map((element) => element.outerHTML.slice(0, 120))];
  });
}

async function isTranslatedAndFits(page: Page, where: string): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("lang", "en-XA");
  expect.soft(await untranslated(page), where).toEqual([]);
  for (const [name, size] of Object.entries(SIZES)) {
    await page.setViewportSize(size);
    expect.soft(await cutOff(page), `${where} at ${name}`).toEqual([]);
  }
}

test("pages for people who are not signed in", async ({ emptyHearth, hearth, context, page }) => {
  await context.addCookies([emptyHearth, hearth].map(({ url }) => ({ name: "hearth_pseudo", value: "on", url })));
  await page.goto(`${emptyHearth.url}/setup`);
  await isTranslatedAndFits(page, "set-up");
  await page.goto("/sign-in");
  await isTranslatedAndFits(page, "sign-in");
  const link = await hearth.post("/api/people/invite", { name: "Guest" }, hearth.administrator);
  await page.goto(`/join/${link.secret}`);
  await isTranslatedAndFits(page, "join");
});

test("pages of an administrator", async ({ hearth, context, page }) => {
  await signIn(page, hearth.administrator);
  await say(page, "Please remember: my dog Biscuit is allergic to chicken.");
  await answered(page);
  const conversation = page.url();
  await hearth.newPerson();
  await context.addCookies([{ name: "hearth_pseudo", value: "on", url: hearth.url }]);
  for (const path of ["/", conversation, "/conversations", "/search?q=dog", "/memory", "/settings", "/transfer", "/people", "/models", "/nothing-here"]) {
    await page.goto(path);
    await isTranslatedAndFits(page, path);
  }
});
