import { expect, test } from "@playwright/test";
import { freeze } from "./freezing";
import { clean } from "./house";
import { WEEK } from "./pages";

// Freezing cannot be undone, so each project freezes a week that no other story reads.
const WEEKS: Record<string, string> = { "with JavaScript": "2026-W40", "without JavaScript": "2026-W41" };

test("a week is frozen, then frozen again as a second version", async ({ page, request }, info) => {
  const week = WEEKS[info.project.name];
  const stamp = page.locator(".stamp").first();
  await page.goto(`/reviews/${week}`);
  await expect(stamp).toContainText(/draft/i);
  await freeze(page, "The meeting of this week");
  await expect(stamp).toContainText(/frozen/i);
  const first = await (await request.get(`/reviews/${week}.json?version=1`)).body();

  // A frozen page offers its draft, and the draft offers to be frozen again.
  await page.goto(`/reviews/${week}`);
  await expect(stamp).toContainText(/frozen/i);
  await page.locator("#freeze a[href*='version=draft']").first().click();
  await expect(stamp).toContainText(/draft/i);
  await freeze(page, "A late correction of the bill");
  await expect(stamp).toContainText(/frozen/i);
  await expect(page.locator("main")).toContainText(/version 2|v2/i);

  await page.goto(`/reviews/${week}?version=1`);
  await expect(stamp).toContainText(/frozen/i);
  const again = await (await request.get(`/reviews/${week}.json?version=1`)).body();
  expect(again.equals(first), "the first version keeps its bytes").toBe(true);

  await page.goto(`/reviews/${week}?version=draft`);
  await expect(stamp).toContainText(/draft/i);
});

test("a freeze is refused with a list that leads to what is left open, and keeps what was typed", async ({ page }, info) => {
  await page.goto(`/reviews/${WEEK}?lang=en`);
  await page.locator("#freeze [name=reason]").fill("Monday & <b>");
  await page.locator("#freeze button").click();
  await expect(page.locator("#freeze [role=alert]")).toBeVisible();
  await expect(page.locator("#freeze [name=reason]")).toHaveValue("Monday & <b>");
  await expect(page.locator("#freeze [name=force]")).not.toBeChecked();
  await expect(page.locator(".stamp").first()).toContainText(/draft/i);
  await clean(page, info.project.name);
  await page.locator("#freeze a[href='#questions']").click();
  await expect(page.locator("#questions")).toBeInViewport();
});

test("a foreign page cannot freeze", async ({ request }) => {
  const answer = await request.post("/api/freeze", {
    form: { week: "2026-W39", version: "1", reason: "forged" },
    headers: { origin: "http://elsewhere.example", "sec-fetch-site": "cross-site" },
    maxRedirects: 0,
  });
  expect(answer.status()).toBe(403);
});
