/** Whatever a model writes, the page sends no request to another host without a click. */
import type { Page } from "@playwright/test";
import { answer, answered, expect, say, signIn, test } from "../support/test.ts";

/** A host that does not exist (RFC 2606); requests are counted before they would leave. */
const CANARY = "http://canary.invalid/leak";

const FORMS = [
  `![a](${CANARY}/1)`,
  `![a](<${CANARY}/2>)`,
  `![a][r3]\n\n[r3]: ${CANARY}/3`,
  `![r4]\n\n[r4]: ${CANARY}/4`,
  `[![a](${CANARY}/5)](${CANARY}/5b)`,
  `![a](//canary.invalid/leak/6)`,
  `![a](\\\\canary.invalid\\leak\\7)`,
  `<img src="${CANARY}/8">`,
  `<img srcset="${CANARY}/9 1x, ${CANARY}/9b 2x">`,
  `<picture><source srcset="${CANARY}/10"><img></picture>`,
  `<svg><image href="${CANARY}/11"/></svg>`,
  `<svg><use href="${CANARY}/12#a"/></svg>`,
  `<svg><style>@import url(${CANARY}/13);</style></svg>`,
  `<style>@import url("${CANARY}/14");</style>`,
  `<style>body { background: url(${CANARY}/15) }</style>`,
  `<p style="background: url(${CANARY}/16)">a</p>`,
  `<div style="background-image: url('${CANARY}/17')">a</div>`,
  `<ul style="list-style-image: url(${CANARY}/18)"><li>a</li></ul>`,
  `<link rel="stylesheet" href="${CANARY}/19">`,
  `<link rel="preload" as="image" href="${CANARY}/20">`,
  `<link rel="prefetch" href="${CANARY}/21">`,
  `<link rel="dns-prefetch" href="//canary.invalid">`,
  `<meta http-equiv="refresh" content="0; url=${CANARY}/23">`,
  `<base href="${CANARY}/24/"><img src="relative">`,
  `<iframe src="${CANARY}/25"></iframe>`,
  `<iframe srcdoc="<img src=${CANARY}/26>"></iframe>`,
  `<object data="${CANARY}/27"></object>`,
  `<embed src="${CANARY}/28">`,
  `<video src="${CANARY}/29" poster="${CANARY}/29b" autoplay></video>`,
  `<audio src="${CANARY}/30" autoplay></audio>`,
  `<video><source src="${CANARY}/31"><track default src="${CANARY}/31b"></video>`,
  `<form action="${CANARY}/32"><input name="a" autofocus onfocus="this.form.submit()"></form>`,
  `<input type="image" src="${CANARY}/33">`,
  `<button formaction="${CANARY}/34" autofocus>a</button>`,
  `<body background="${CANARY}/35">`,
  `<table background="${CANARY}/36"><tr><td background="${CANARY}/36b">a</td></tr></table>`,
  `<script src="${CANARY}/37"></script>`,
  `<img src=x onerror="fetch('${CANARY}/38')">`,
  `<a href="${CANARY}/39" ping="${CANARY}/39b">a</a>`,
  `<math href="javascript:fetch('${CANARY}/40')"><mtext><img src="${CANARY}/40b"></mtext></math>`,
];

/** The same in formulas, footnotes and what stands behind a code fence. */
const NEWER_FORMS = [
  `$\\includegraphics{${CANARY}/41}$`,
  `$$\n\\includegraphics[width=1em]{${CANARY}/42}\n$$`,
  `$\\href{${CANARY}/43}{x}$`,
  `\\(\\url{${CANARY}/44}\\)`,
  `\\[ \\htmlStyle{background: url(${CANARY}/45)}{x} \\]`,
  `$\\style{background: url(${CANARY}/46)}{x}$`,
  `$\\class{a" style="background: url(${CANARY}/47)}{x}$`,
  `$\\text{<img src="${CANARY}/48">}$`,
  `$\\unicode{<img src="${CANARY}/49">}$`,
  `$$\n\\text{</math><img src="${CANARY}/50">}\n$$`,
  `$\\mathtt{![a](${CANARY}/51)}$`,
  `a[^52]\n\n[^52]: ![a](${CANARY}/52)`,
  `a[^53]\n\n[^53]: <img src="${CANARY}/53">`,
  `a[^<img src="${CANARY}/54">]\n\n[^<img src="${CANARY}/54">]: b`,
  `a[^55]\n\n[^55]: ![a][r55]\n\n[r55]: ${CANARY}/55`,
  `\`\`\`a" style="background: url(${CANARY}/56)\nx\n\`\`\``,
  `\`\`\`<img src="${CANARY}/57">\nx\n\`\`\``,
  `\`\`\`html\n<img src="${CANARY}/58">\n\`\`\``,
  `\`\`\`css\n@import url(${CANARY}/59);\n\`\`\``,
  `\`\`\`svg\n<svg><image href="${CANARY}/60"/></svg>\n\`\`\``,
  `\`\`\`mermaid\ngraph LR; a[<img src="${CANARY}/61">]\n\`\`\``,
  `- [x] ![a](${CANARY}/62)`,
  `| ![a](${CANARY}/63) |\n|---|\n| <img src="${CANARY}/63b"> |`,
  `<think>![a](${CANARY}/64)</think>`,
];

function countForeign(page: Page, own: string): string[] {
  const foreign: string[] = [];
  page.on("request", (request) => {
    const url = request.url();
    if (/^https?:/.test(url) && !url.startsWith(own)) foreign.push(url);
  });
  return foreign;
}

test("40 forms of exfiltration make no request, while streaming and after a reload", async ({ hearth, page, person }) => {
  expect(FORMS).toHaveLength(40);
  await signIn(page, person);
  const foreign = countForeign(page, hearth.url);
  await say(page, `Say exactly: ${FORMS.join("\n\n")}\n\nThe end.`);
  await answered(page);
  await expect(answer(page)).toContainText("The end.");
  await page.reload({ waitUntil: "networkidle" }).catch(() => {});
  await expect(answer(page)).toContainText("The end.");
  expect(foreign).toEqual([]);
  await expect(answer(page).locator(".prose").locator("img, iframe, object, embed, video, audio, form, input, link, meta, base, style, script")).toHaveCount(0);
});

test("neither do formulas, footnotes and code, in thoughts either", async ({ hearth, page, person }) => {
  await signIn(page, person);
  const foreign = countForeign(page, hearth.url);
  const written = NEWER_FORMS.join("\n\n");
  await say(page, `Say exactly: <think>\n${written.replaceAll(/<.?think>/g, "")}\n\nThought.</think>${written}\n\nThe end.`);
  await answered(page);
  await expect(answer(page)).toContainText("The end.");
  await page.locator("details.thoughts summary").click();
  await expect(page.locator("details.thoughts")).toContainText("Thought.");
  await page.reload({ waitUntil: "networkidle" }).catch(() => {});
  await expect(answer(page)).toContainText("The end.");
  expect(foreign).toEqual([]);
  await expect(answer(page).locator(":is(img, image, iframe, object, embed, video, audio, link, style, script, [style], [background])")).toHaveCount(0);
});

test("a form alone, one message each, makes no request either", async ({ hearth, page, person }) => {
  test.setTimeout(180_000);
  await signIn(page, person);
  const foreign = countForeign(page, hearth.url);
  for (const form of [...FORMS, ...NEWER_FORMS].filter((_, index) => index % 6 === 0)) {
    await say(page, `Say exactly: ${form}`);
    await answered(page);
  }
  expect(foreign).toEqual([]);
});

test("a link opens in a new tab and sends no referrer", async ({ page, person }) => {
  await signIn(page, person);
  await say(page, "Say exactly: See [this page](https://example.com/page).");
  await answered(page);
  const link = answer(page).getByRole("link", { name: "this page" });
  await expect(link).toHaveAttribute("href", "https://example.com/page");
  await expect(link).toHaveAttribute("rel", /noreferrer/);
  await expect(link).toHaveAttribute("rel", /noopener/);
});
