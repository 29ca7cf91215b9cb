/**
 * Whatever anybody writes, no script of theirs runs.
 *
 * The policy of the page would stop them all, so here the browser ignores it: what is tested is that
 * nothing becomes an element in the first place.
 */
import type { Page } from "@playwright/test";
import { ADDRESSES, packed, PAYLOADS } from "../support/payloads.ts";
import { answer, answered, awake, composer, composerForm, expect, say, signIn, test } from "../support/test.ts";

test.use({ bypassCSP: true });
test.describe.configure({ timeout: 120_000 });

const FORBIDDEN = "img, image, iframe, object, embed, video, audio, form, button:not(.code-copy), select, textarea, link, meta, base, style, script, svg, details, dialog, marquee, x, mglyph";

/** Every text as a model would write it, in everything that Markdown has. */
const CONTEXTS: Record<string, (payload: string, number: number) => string> = {
  "raw": (payload) => payload,
  "in a line, a list, a quote, a heading, a table": (payload, number) =>
    [`a ${payload} b`, `- ${payload}`, `> ${payload}`, `# ${payload}`, `| a |\n|---|\n| ${payload} |`][number % 5]!,
  "code": (payload, number) => [`\`\`\`html\n${payload}\n\`\`\``, `\`\`\`${payload}\nx\n\`\`\``, `a \`${payload}\` b`, `    ${payload}`][number % 4]!,
  "maths": (payload, number) =>
    [`$$\n${payload}\n$$`, `a $\\text{${payload}}$ b`, `\\(x_{${payload}}\\)`, `\\[ \\href{${payload}}{x} + \\class{${payload}}{y} \\]`][number % 4]!,
  "footnotes": (payload, number) => `a[^n${number}] b[^${payload}]\n\n[^n${number}]: ${payload}\n\n[^${payload}]: c`,
  "links": (payload, number) =>
    [`[${payload}](https://a.example)`, `[a](https://a.example "${payload}")`, `![${payload}](https://a.example/${number})`, `[a](<${payload}>)`][number % 4]!,
};

async function trap(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const top = window.top as unknown as { ran: number };
    top.ran ??= 0;
    Object.assign(window, { q: () => (top.ran += 1) });
  });
  page.on("dialog", (dialog) => dialog.dismiss());
}

/** None ran, none waits for a mouse, and no link is a script. */
async function nothingRan(page: Page, where: string): Promise<void> {
  const found = await page.evaluate((forbidden) => {
    const everything = [...document.querySelectorAll("*")];
    return {
      ran: (window as unknown as { ran: number }).ran,
      handlers: everything.flatMap((one) => one.getAttributeNames().filter((name) => name.startsWith("on"))),
      addresses: [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].map(({ protocol }) => protocol).filter((one) => !/^https?:$/.test(one)),
      elements: [...document.querySelectorAll(`:is(.prose, .said-text) :is(${forbidden})`)].map(({ outerHTML }) => outerHTML.slice(0, 200)),
    };
  }, FORBIDDEN);
  expect(found, where).toEqual({ ran: 0, handlers: [], addresses: [], elements: [] });
}

function post(page: Page, path: string, form: Record<string, string>) {
  const { origin } = new URL(page.url());
  return page.request.post(path, { form, headers: { origin, accept: "application/json" } });
}

test.beforeEach(({ page }) => trap(page));

test("the trap catches what would run, and there are enough of them", async ({ page, person }) => {
  expect(PAYLOADS.length).toBeGreaterThanOrEqual(500);
  await signIn(page, person);
  await page.evaluate(() => document.body.insertAdjacentHTML("beforeend", "<img src=x onerror=q()>"));
  await expect.poll(() => page.evaluate(() => (window as unknown as { ran: number }).ran)).toBe(1);
});

for (const [name, write] of Object.entries(CONTEXTS)) {
  test(`what a model writes runs nothing: ${name}`, async ({ page, person }) => {
    await signIn(page, person);
    const written = PAYLOADS.map(write);
    // As much as the model's window holds.
    for (let from = 0; from < written.length; from += 100) {
      const some = written.slice(from, from + 100);
      await say(page, `Say exactly: ${some.join("\n\n")}\n\nThe end.`);
      await answered(page);
      await expect(answer(page).locator(".prose > :last-child")).toContainText("The end.");
      await nothingRan(page, "streamed");
    }
    await page.reload();
    await awake(page);
    await nothingRan(page, "from the server");
  });
}

test("addresses that are scripts are no links", async ({ page, person }) => {
  await signIn(page, person);
  const links = ADDRESSES.flatMap((address, number) => [
    `[a](${address})`,
    `[a](<${address}>)`,
    `[a][r${number}]\n\n[r${number}]: ${address}`,
    `<${address}>`,
    `![a](${address})`,
    `[![a](${address})](${address})`,
    `$\\href{${address}}{x}$`,
    `a[^${number}]\n\n[^${number}]: [a](${address})`,
    `\`\`\`${address}\na\n\`\`\``,
  ]);
  await say(page, `Say exactly: ${links.join("\n\n")}\n\nThe end.`);
  await answered(page);
  await nothingRan(page, "streamed");
  for (const link of await answer(page).locator(".prose a[href]").all()) {
    expect(await link.getAttribute("href")).not.toMatch(/script|data:/i);
  }
});

test("what a model thinks runs nothing", async ({ page, person }) => {
  await signIn(page, person);
  await say(page, `Say exactly: <think>\n${PAYLOADS.join("\n\n")}\n\nThought.</think>The end.`);
  await answered(page);
  await page.locator("details.thoughts summary").click();
  await expect(page.locator("details.thoughts")).toContainText("Thought.");
  await nothingRan(page, "opened");
  await page.goto(`${page.url().split("?")[0]}?thoughts=${await page.locator("details.thoughts").getAttribute("data-thoughts")}`);
  await nothingRan(page, "from the server");
});

test("titles of conversations run nothing", async ({ page, person }) => {
  await signIn(page, person);
  const titles = packed(PAYLOADS, 200);
  expect(titles.join(" ").length).toBeGreaterThan(PAYLOADS.join(" ").length - 1);
  await say(page, "Hello");
  await answered(page);
  const id = page.url().split("/").at(-1)!;
  for (const [number, title] of titles.entries()) {
    const renamed = await post(page, "/api/conversations/rename", { id, title });
    expect(renamed.ok(), title).toBe(true);
    // The open page gets each as an event; every tenth time the server renders the page.
    if (number % 10 > 0) continue;
    await page.reload();
    await expect(page.locator("header").first()).toContainText(title.slice(0, 12));
    await nothingRan(page, title);
  }
  await page.goto("/conversations");
  await nothingRan(page, "the list");
});

test("names of people run nothing", async ({ hearth, page }) => {
  await signIn(page, hearth.administrator);
  const names = packed(PAYLOADS, 64);
  let taken = 0;
  for (const name of names) taken += (await post(page, "/api/people/invite", { name })).ok() ? 1 : 0;
  expect(taken).toBeGreaterThan(names.length * 0.8);
  await page.goto("/people");
  await expect(page.getByText("onerror").first()).toBeVisible();
  await nothingRan(page, "the people");
});

test("names of attachments run nothing", async ({ page, person }) => {
  await signIn(page, person);
  await awake(page);
  const names = packed(PAYLOADS.map((payload) => payload.replaceAll("/", "|")), 110);
  const files = names.map((name) => ({ name: `${name}.txt`, mimeType: "text/plain", buffer: Buffer.from("a\n") }));
  const waiting = composerForm(page).getByRole("list", { name: "Attached" }).getByRole("listitem");
  for (let from = 0; from < files.length; from += 10) {
    const some = files.slice(from, from + 10);
    await page.getByLabel("Attach pictures or files").setInputFiles(some);
    await expect(waiting).toHaveCount(some.length);
    await expect(waiting.getByRole("progressbar")).toHaveCount(0);
    await composer(page).fill("These.");
    await expect(page.getByRole("button", { name: "Send" })).toBeEnabled();
    await page.getByRole("button", { name: "Send" }).click();
    if (from === 0) await page.waitForURL(/\/c\//);
    await expect(composer(page)).toHaveValue("");
    await answered(page);
  }
  await nothingRan(page, "as they were sent");
  await page.reload();
  await expect(page.getByText("onerror=q()").first()).toBeVisible();
  await nothingRan(page, "from the server");
});
