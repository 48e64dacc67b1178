import { expect, test } from "@playwright/test";
import { WEEK } from "./pages";

const FIGURES = "#figures dl.verdicts > div";
const ROWS = "#list tbody tr";

test("the meeting follows the week's incidents to what they come to", async ({ page, request }) => {
  await page.goto(`/reviews/${WEEK}?lang=en`);
  await page.locator("section#incidents a.evidence[href^='/incidents']").click();
  await expect(page).toHaveURL(new RegExp(`/incidents\\?.*week=${WEEK}`));
  await page.getByRole("navigation", { name: "Period" }).getByText("1 week", { exact: true }).click();
  await expect(page).toHaveURL(/period=week/);

  // Every figure says what it counts.
  const figures = page.locator(FIGURES);
  await expect(figures).toHaveCount(8);
  for (const figure of await figures.all()) {
    await expect(figure.locator("details p")).toBeHidden();
    await figure.locator("summary").click();
    await expect(figure.locator("details p")).toBeVisible();
  }

  // Minutes of the rows add up to the headline's.
  const minutes = async (text: Promise<string>) => Number((await text).replace(/[^0-9]/g, ""));
  const whole = await minutes(figures.first().locator("dd.big").innerText());
  let sum = 0;
  for (const cell of await page.locator(`${ROWS} td:nth-of-type(4)`).all()) sum += await minutes(cell.innerText());
  expect(whole).toBeGreaterThan(0);
  expect(sum).toBe(whole);

  const csv = await request.get(String(await page.locator("#list .evidence a", { hasText: "CSV" }).getAttribute("href")));
  expect((await csv.text()).trim().split("\n").length - 1).toBe(await page.locator(ROWS).count());
});

test("filters and orders live in the address", async ({ page }) => {
  await page.goto("/incidents?lang=en&period=13w");
  const all = await page.locator(ROWS).count();
  await page.locator("select[name=severity]").selectOption("SEV-2");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page).toHaveURL(/severity=SEV-2/);
  await expect(page).toHaveURL(/period=13w/);
  const rows = page.locator(ROWS);
  expect(await rows.count()).toBeLessThan(all);
  for (const row of await rows.all()) await expect(row).toContainText("SEV-2");

  await page.locator("#list thead a", { hasText: "Part of the impact time" }).click();
  await expect(page).toHaveURL(/sort=impact/);
  await expect(page).toHaveURL(/severity=SEV-2/);
  await expect(page.locator("#list thead th[aria-sort]")).toHaveText(/Part of the impact time ↓/);

  await page.getByRole("link", { name: "Clear filters" }).click();
  await expect(page.locator(ROWS)).toHaveCount(all);
  await page.getByRole("link", { name: "Also list what does not count" }).click();
  await expect(page).toHaveURL(/uncounted=1/);
  expect(await page.locator(`${ROWS}.aside`).count()).toBeGreaterThan(0);
});

test("a filter that fits nothing says so and leads back", async ({ page }) => {
  await page.goto("/incidents?lang=en&from=2026-11-16&to=2026-11-22&severity=SEV-1");
  await expect(page.getByText("No incident fits the filters.")).toBeVisible();
  await expect(page.getByLabel("From")).toHaveValue("2026-11-16");
  await page.locator(".empty a").click();
  await expect(page.locator(ROWS).first()).toBeVisible();
});
