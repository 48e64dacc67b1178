import { expect, test } from "@playwright/test";

import { clean } from "./house";
import { WEEK, WEEK_BEFORE } from "./pages";

test("what was written is found again, and leads to where it stands", async ({ page }, info) => {
  await page.goto("/reviews?lang=en");
  await page.getByRole("searchbox", { name: "Look for" }).fill("ＲＥＤＳＨＩＦＴ");
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page).toHaveURL(/[?&]q=/);
  const rows = page.locator("#found tbody tr");
  await expect(rows.first()).toBeVisible();
  for (const row of await rows.all()) expect(await row.innerText()).toMatch(/redshift/i);
  await clean(page, info.project.name);
  const action = rows.filter({ hasText: "Action item" }).first();
  const name = await action.locator("th a").innerText();
  await action.locator("th a").click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(name);

  await page.goto("/reviews?lang=en&q=nothing-of-that-kind");
  await expect(page.locator("#found")).toContainText("Nothing has all of these words");
});

test("two weeks stand beside each other, either way round", async ({ page }, info) => {
  await page.goto("/reviews?lang=en");
  await page.getByRole("link", { name: "Compare two weeks" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Week 46, 2026 and Week 47, 2026");
  const came = page.locator("#exceptions tbody tr", { hasText: "Came" });
  const telemed = came.filter({ hasText: "Telemedicine" }).filter({ hasText: "Incidents" });
  await expect(telemed).toContainText("breached", { ignoreCase: true });
  await expect(page.locator("#cost")).toContainText("6 common days (first week 7, second week 6)");
  await expect(page.locator("#actions")).toContainText("Newly promised");
  await clean(page, info.project.name);

  const difference = page.locator("#cost tbody tr", { hasText: "Data platform" }).locator("td").nth(2);
  const forth = await difference.innerText();
  await page.getByRole("link", { name: "Swap" }).click();
  await expect(page).toHaveURL(new RegExp(`from=${WEEK}&to=${WEEK_BEFORE}`));
  expect(forth.startsWith("+")).toBe(true);
  await expect(difference).toHaveText(forth.replace("+", "−"));
  await expect(page.locator("#exceptions tbody tr", { hasText: "Went" }).first()).toBeVisible();

  await page.getByLabel("First week").selectOption(WEEK_BEFORE);
  await page.getByLabel("Second week").selectOption(WEEK_BEFORE);
  await page.getByRole("button", { name: "Compare" }).click();
  await expect(page.locator("#exceptions")).not.toContainText("Came");
});
