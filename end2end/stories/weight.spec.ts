import { expect, test } from "@playwright/test";
import { islandsAlive, KINDS, WEEK } from "./pages";

/** Bytes as compressed on the wire, without headers. */
const DOCUMENT_AND_STYLES = 20_000;
const REQUESTS_BEFORE_PAINT = 2;
const ISLANDS = 90_000;

/** What the browser fetched, in order, and whether it asked for it before the first paint. */
async function fetched() {
  // The entry is written after the frame was shown, which may be later than the last answer.
  const painted = await new Promise<PerformanceEntry>((resolve) => {
    const observer = new PerformanceObserver((list) => {
      const [entry] = list.getEntriesByName("first-contentful-paint");
      if (entry) resolve(entry);
    });
    observer.observe({ type: "paint", buffered: true });
  });
  const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  return (entries as PerformanceResourceTiming[]).map((entry) => ({
    name: new URL(entry.name).pathname,
    bytes: entry.encodedBodySize,
    beforePaint: entry.startTime < painted.startTime,
  }));
}

test("document and styles of the review fit their budget", async ({ page }) => {
  await page.goto(`/reviews/${WEEK}?lang=ja`);
  await islandsAlive(page);
  const entries = await page.evaluate(fetched);
  const before = entries.filter((entry) => entry.beforePaint);
  const bytes = before.reduce((sum, entry) => sum + entry.bytes, 0);
  console.log(`review: ${before.map(({ name, bytes }) => `${name} ${bytes} B`).join(", ")}; ${bytes} B before paint`);
  expect(before.length).toBeLessThanOrEqual(REQUESTS_BEFORE_PAINT);
  expect(bytes).toBeLessThanOrEqual(DOCUMENT_AND_STYLES);

  const islands = entries.filter(({ name }) => /\/islands\.[0-9a-f]+\.(js|wasm)$/.test(name));
  const weight = islands.reduce((sum, entry) => sum + entry.bytes, 0);
  console.log(`islands: ${weight} B`);
  expect(islands.map((entry) => entry.beforePaint)).toEqual([false, false]);
  expect(weight).toBeGreaterThan(0);
  expect(weight).toBeLessThanOrEqual(ISLANDS);
});

for (const { name, path } of KINDS) {
  test(`${name}: wasm is fetched only where an island is`, async ({ page }) => {
    await page.goto(path);
    await page.waitForLoadState("networkidle");
    await islandsAlive(page);
    const expected = (await page.locator("leptos-island").count()) > 0;
    const names = await page.evaluate(() => performance.getEntriesByType("resource").map((entry) => entry.name));
    expect(names.some((name) => name.endsWith(".wasm"))).toBe(expected);
  });
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });
  test("nothing but document, styles and icon is asked for", async ({ page }) => {
    const kinds: string[] = [];
    page.on("request", (request) => kinds.push(request.resourceType()));
    await page.goto(`/reviews/${WEEK}`);
    await page.waitForLoadState("networkidle");
    expect(kinds.filter((kind) => !["document", "stylesheet", "image", "other"].includes(kind))).toEqual([]);
  });
});
