import { expect, test } from "@playwright/test";
import { WEEK } from "./pages";

test.use({ javaScriptEnabled: false });

test("the change failure rate is that of the rows below it, and a deploy leads to what it broke", async ({ page }) => {
  await page.goto(`/incidents?week=${WEEK}&lang=en`);
  const section = page.locator("section#deploys");
  const figure = (name: string) => section.locator("dl.verdicts > div").filter({ hasText: name }).first();
  await expect(figure("Change failure rate").locator("dd.big")).toHaveText(/^\d+\.\d%$/);
  await figure("Change failure rate").locator("summary").click();
  await expect(figure("Change failure rate").locator("details p")).toContainText("failed once");

  // All rows, also those that are folded away: what reached production, and what of it was taken back or broke something.
  await section.locator("summary", { hasText: "more" }).click();
  const rows = await section.locator("tbody tr").all();
  let [reached, failed] = [0, 0];
  for (const row of rows) {
    const [, , environment, result] = await row.locator("td").allInnerTexts();
    if (!environment.includes("Production") || result.includes("failed")) continue;
    reached += 1;
    if (result.includes("rolled back") || result.includes("cause of")) failed += 1;
  }
  await expect(figure("Change failure rate").locator("dd small").first()).toHaveText(`${failed} of ${reached}`);

  await section.getByRole("link", { name: "ビデオ通話の映像が出ない" }).click();
  await expect(page.locator("h1")).toContainText("ビデオ通話の映像が出ない");
  await expect(page.locator(".masthead")).toContainText("Named as its cause");
});

test("marks of deploys have their table, and being shortly before is no cause", async ({ page }) => {
  await page.goto(`/products/telemed?week=${WEEK}&lang=en`);
  const budget = page.locator("section#budget");
  const summary = budget.locator("summary", { hasText: "deploys to production" });
  const counted = Number((await summary.innerText()).replace(/[^0-9]/g, ""));
  await summary.click();
  const table = budget.locator("details").filter({ hasText: "deploys to production" }).locator("tbody td.num");
  const days = (await table.allInnerTexts()).map(Number);
  expect(days.reduce((sum, day) => sum + day, 0)).toBe(counted);
  await expect(budget.locator("svg.wide path.bar-flat").first()).toBeVisible();

  await page.goto("/incidents/pagerduty~118?lang=en");
  await expect(page.locator(".masthead")).toContainText("(24 min before)");
  await expect(page.locator(".masthead")).toContainText("makes it no cause");
  await expect(page.locator(".masthead")).not.toContainText("Named as its cause");
});
