// What one page weighs in a real browser, for `cargo xtask bench page`:
//
//     node page-weight.mjs URL COOKIE
//
// Visits it with an empty cache and then again with a full one, several times, and prints JSON: requests, bytes
// on the wire (headers and the event stream included), and milliseconds until the composer can be used.
import { chromium } from "@playwright/test";

const VISITS = 5;
const [url, cookie] = process.argv.slice(2);
const [name, value] = [cookie.slice(0, cookie.indexOf("=")), cookie.slice(cookie.indexOf("=") + 1)];

const browser = await chromium.launch({
  executablePath: process.env.PLAYWRIGHT_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
const cold = [];
const warm = [];
for (let visit = 0; visit < VISITS; visit++) {
  const context = await browser.newContext();
  await context.addCookies([{ name, value, url: new URL(url).origin, httpOnly: true, sameSite: "Lax" }]);
  cold.push(await look(context));
  warm.push(await look(context));
  await context.close();
}
await browser.close();
console.log(JSON.stringify({ cold, warm }));

/** One visit in a tab of its own; the cache is the context's. */
async function look(context) {
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  const sent = new Set();
  const cached = new Set();
  let bytes = 0;
  cdp.on("Network.requestWillBeSent", ({ requestId, request }) => {
    if (request.url.startsWith("http")) sent.add(requestId);
  });
  cdp.on("Network.requestServedFromCache", ({ requestId }) => cached.add(requestId));
  cdp.on("Network.responseReceived", ({ requestId, response, type }) => {
    if (response.fromDiskCache) cached.add(requestId);
    // An event stream never finishes loading: its head is counted here.
    if (type === "EventSource") bytes += response.encodedDataLength;
  });
  cdp.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  await cdp.send("Network.enable");
  await page.addInitScript(() => {
    const usable = () => {
      const composer = document.querySelector("textarea");
      const alive = document.documentElement?.dataset.alive !== undefined;
      if (alive && composer && !composer.disabled) globalThis.usableAt ??= performance.now();
      else requestAnimationFrame(usable);
    };
    usable();
  });
  await page.goto(url, { waitUntil: "load" });
  await page.waitForFunction(() => globalThis.usableAt !== undefined);
  const usable_ms = await page.evaluate(() => globalThis.usableAt);
  // What the page still asks for once it is awake belongs to it.
  await page.waitForTimeout(500);
  await page.close();
  return { requests: [...sent].filter((id) => !cached.has(id)).length, bytes, usable_ms };
}
