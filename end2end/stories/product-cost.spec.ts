import { expect, test } from "@playwright/test";
import { WEEK } from "./pages";

/** The digits of a figure such as "¥2,412,345" or "−12". */
function figure(text: string): number {
  return Number(text.replace("−", "-").replace(/[^0-9.-]/g, ""));
}

/** The sum of a column of a CSV without quoted commas in front of it. */
function columnSum(csv: string, column: string): number {
  const [head, ...rows] = csv.trim().split("\n").map((line) => line.split(","));
  const position = head.indexOf(column) - head.length;
  return rows.reduce((sum, row) => sum + Number(row.at(position)), 0);
}

test("a product manager follows a number down to its rule and adds it up", async ({ page, request }) => {
  await page.goto(`/products/telemed?week=${WEEK}&lang=en`);
  await page.locator("section#movers a[href*='/products/telemed/cost']").click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Cost, line by line");

  for (const sum of ["month", "half", "fiscal-year"]) {
    const cells = page.locator(`#sum-${sum} td`);
    expect(figure(await cells.nth(0).innerText())).toBeGreaterThan(0);
    expect(figure(await cells.nth(1).innerText())).toBeGreaterThan(0);
  }

  const total = page.locator("#cost-total td").first();
  const whole = figure(await total.innerText());
  const csv = await request.get(String(await page.locator("#parts .evidence a", { hasText: "CSV" }).getAttribute("href")));
  expect(csv.headers()["content-type"]).toContain("text/csv");
  expect(columnSum(await csv.text(), "this_week")).toBe(whole);

  const row = page.locator("#parts table.cost tbody tr").first();
  const [service, amount] = [await row.locator("a").first().innerText(), figure(await row.locator("td").first().innerText())];
  await row.locator("a").first().click();
  await expect(page).toHaveURL(/service=/);
  await expect(page.locator(".kicker")).toContainText(service);
  // The row was run rate; the service's taxes stand below it now.
  const run = page.locator("#cost-run td, #cost-total td").first();
  expect(Math.abs(figure(await run.innerText()) - amount)).toBeLessThanOrEqual(1);
  const part = await request.get(String(await page.locator("#parts .evidence a", { hasText: "CSV" }).getAttribute("href")));
  expect(columnSum(await part.text(), "this_week")).toBe(figure(await total.innerText()));

  const line = page.locator("#lines tbody tr").first();
  await line.locator("summary").click();
  await expect(line.locator("li").first()).toBeVisible();
  await expect(line.locator("li").last()).toContainText(/decides|account’s product|account's product/);

  await page.locator(".kicker a", { hasText: "Show all" }).click();
  expect(figure(await total.innerText())).toBe(whole);
});

test("rows are put in order by links", async ({ page }) => {
  await page.goto(`/products/telemed/cost?week=${WEEK}&lang=en`);
  await page.locator("#parts table.cost thead a", { hasText: "Service" }).click();
  await expect(page).toHaveURL(/sort=name/);
  await expect(page.locator("#parts table.cost thead th").first()).toHaveAttribute("aria-sort", "ascending");
});

test("a filter that holds nothing says so and leads back", async ({ page }) => {
  await page.goto(`/products/telemed/cost?week=${WEEK}&service=Nothing&lang=en`);
  await expect(page.locator("#parts")).toContainText("Nothing was billed under these filters");
  await page.locator("#parts a").click();
  await expect(page.locator("#cost-total")).toBeVisible();
});

test("nothing moves sideways on a phone", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/products/telemed/cost?week=${WEEK}`);
  // Asked of the layout, so that it holds without JavaScript too.
  const box = await page.locator("main").boundingBox();
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
});

test("cost is told apart by a tag, and what has none is a line of its own", async ({ page }) => {
  await page.goto(`/products/platform/cost?week=${WEEK}&lang=en`);
  await page.locator("#parts nav a", { hasText: "Tag team" }).click();
  await expect(page).toHaveURL(/by=tag\.team/);
  const untagged = page.locator("#parts tbody tr", { hasText: "(untagged)" });
  const amount = figure(await untagged.locator("td").first().innerText());
  const console = untagged.locator("a[aria-label^='Open in AWS Cost Explorer']");
  await expect(console).toHaveAttribute("href", /growableValue/);
  await untagged.locator("a").first().click();
  await expect(page).toHaveURL(/tag\.team=/);
  await expect(page.locator(".kicker")).toContainText("(untagged)");
  const run = page.locator("#cost-run td, #cost-total td").first();
  expect(Math.abs(figure(await run.innerText()) - amount)).toBeLessThanOrEqual(1);
});

test("without tax, what is left of the budget stays as the budget counts it", async ({ page }) => {
  await page.goto(`/products/telemed/cost?week=${WEEK}&lang=en`);
  const [total, left] = [page.locator("#cost-total td").first(), page.locator("#sum-month td").nth(2).locator("span")];
  const [withTax, before] = [figure(await total.innerText()), await left.innerText()];
  await page.locator(".masthead a", { hasText: "Show without tax" }).click();
  await expect(page).toHaveURL(/tax=without/);
  await expect(page.locator(".masthead .state")).toContainText("without tax");
  expect(figure(await total.innerText())).toBeLessThan(withTax);
  await expect(left).toHaveText(before);
  const csv = await page.request.get(String(await page.locator("#parts .evidence a", { hasText: "CSV" }).getAttribute("href")));
  expect(columnSum(await csv.text(), "this_week")).toBe(figure(await total.innerText()));
});

test("a group leads to its products, which add up to it", async ({ page }) => {
  await page.goto(`/products?week=${WEEK}&lang=en`);
  const row = page.locator("#products tr", { hasText: "Care" }).first();
  const amount = figure(await row.locator("td").first().innerText());
  await row.locator("a").click();
  await expect(page).toHaveURL(/group=Care/);
  const amounts = await page.locator("#products tbody tr:not(.total) td:nth-of-type(1)").allInnerTexts();
  expect(amounts.map(figure).reduce((sum, one) => sum + one, 0)).toBe(amount);
});

test("a word that does not exist is named in the reader's language", async ({ page }) => {
  const answer = await page.goto(`/products/telemed/cost?by=colour&lang=ja`);
  expect(answer?.status()).toBe(400);
  await expect(page.locator("main")).toContainText("使えるのは次のものです");
});
