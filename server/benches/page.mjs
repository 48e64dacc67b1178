// What a browser fetches and when it first paints, with an empty cache, for each address given.
// usage: node page.mjs CHROMIUM ADDRESS…; prints a JSON list in the order of the addresses.
import { createRequire } from "node:module";

const require = createRequire(new URL("../../end2end/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const [executablePath, ...addresses] = process.argv.slice(2);
const ROUNDS = 3;

/** Runs in the page: bytes as compressed on the wire without headers, in the order of fetching. */
function fetched() {
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  return {
    paint: paint.startTime,
    elements: document.querySelectorAll("*").length,
    entries: entries.map((entry) => ({
      path: new URL(entry.name).pathname,
      bytes: entry.encodedBodySize,
      // What only happens to be asked for before the paint (the icon, islands on a busy machine) depends
      // on the moment; what the paint waits for does not.
      isAwaited: entry.entryType === "navigation" || entry.renderBlockingStatus === "blocking",
    })),
  };
}

const median = (values) => values.toSorted((left, right) => left - right)[values.length >> 1];
const sum = (entries) => entries.reduce((total, { bytes }) => total + bytes, 0);

function weighed(visits) {
  const { entries, elements } = visits[0];
  const before = entries.filter(({ isAwaited }) => isAwaited);
  const scripts = entries.filter(({ path }) => /\.(js|wasm)$/.test(path));
  return {
    paint: median(visits.map(({ paint }) => paint)),
    elements,
    requests: entries.length,
    bytes: sum(entries),
    requestsBeforePaint: before.length,
    bytesBeforePaint: sum(before),
    scriptBytes: sum(scripts),
    islandBytes: sum(scripts.filter(({ path }) => /\/islands\.[0-9a-f]+\.(js|wasm)$/.test(path))),
  };
}

const browser = await chromium.launch({
  executablePath,
  chromiumSandbox: false,
  args: ["--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  const visits = addresses.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, address] of addresses.entries()) {
      // A context of its own is an empty cache.
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "ja-JP" });
      const page = await context.newPage();
      await page.goto(address);
      await page.waitForLoadState("networkidle");
      // Islands are loaded when the browser is idle.
      await page.waitForTimeout(300);
      await page.waitForLoadState("networkidle");
      visits[index].push(await page.evaluate(fetched));
      await context.close();
    }
  }
  console.log(JSON.stringify(visits.map(weighed)));
} finally {
  await browser.close();
}
