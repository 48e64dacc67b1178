import { expect, test } from "@playwright/test";

import { House, clean } from "./house";

test("four weeks and a quarter are looked at together, and a product goes through its checklist", async ({ page }, info) => {
  test.setTimeout(180_000);
  const house = new House("calendar");
  try {
    await house.demo("2026-11-23");

    // From the archive to the newest four weeks; each figure leads to its section.
    await page.goto(`${house.site}/reviews?lang=en`);
    await page.getByRole("link", { name: "Four weeks" }).click();
    await expect(page).toHaveURL(/\/reviews\/four-weeks\/2026-W47\?lang=en$/);
    await expect(page.locator("h1")).toHaveText("Four weeks 2026-W44–W47");
    await expect(page.locator("#weeks tbody tr")).toHaveCount(4);
    await expect(page.locator("#budget-telemed")).toContainText("¥");
    await expect(page.locator("#objective-telemed-video-connect")).toContainText("W45 W47");
    await expect(page.locator("#debt")).toContainText("#負債");
    await expect(page.locator("#review-debt")).toContainText("never reviewed");
    await clean(page, info.project.name);

    // A quarter says of which kind it is, and what of it has ended.
    await page.getByRole("navigation", { name: "Other periods" }).getByRole("link", { name: "Quarter" }).click();
    await expect(page.locator("h1")).toHaveText("Quarter Oct 2026 – Dec 2026");
    await expect(page.locator(".kicker")).toContainText("Q3 of the fiscal year that begins in 2026");
    await expect(page.locator("#weeks tbody tr")).toHaveCount(14);
    await expect(page.locator("#weeks")).toContainText("has not ended");
    await clean(page, info.project.name);

    // One line a product and list leads to the list; new items are told from those that nobody answered.
    const line = page.locator("#checklists tbody tr").filter({ has: page.locator("a[href*='/erx/checklists']") }).first();
    await expect(line).toContainText("2 (now 3, 1 new item since)");
    await line.getByRole("link", { name: "Production readiness" }).click();
    await expect(page).toHaveURL(/\/products\/erx\/checklists\?lang=en#production-readiness$/);
    const item = page.locator("#production-readiness-dependencies");
    await expect(item).toContainText("new");
    await item.locator("summary").click();
    await item.locator("[name=state]").selectOption("not-applicable");
    await item.getByRole("button").click();
    await expect(item.locator("[role=alert]")).toContainText("Say why it does not apply");
    await clean(page, info.project.name);
    await item.locator("[name=note]").fill("It depends on nothing but its database");
    await item.getByRole("button").click();
    await expect(item).toContainText("does not apply");
    await expect(item).toContainText("It depends on nothing but its database");

    // A load test with its day and report.
    const tests = page.locator("#load-tests");
    await tests.locator("summary").click();
    await tests.locator("[name=day]").fill("2026-11-20");
    await tests.locator("[name=result]").fill("900 prescriptions a minute, p95 0.8 s");
    await tests.locator("[name=link]").fill("https://wiki.example/load/erx");
    await tests.getByRole("button").click();
    await expect(tests.locator("tbody tr").first()).toContainText("900 prescriptions a minute");
    await clean(page, info.project.name);
    await page.goto(`${house.site}/reviews/four-weeks/2026-W47?lang=en`);
    const told = page.locator("#checklists tbody tr").filter({ has: page.locator("a[href*='/erx/checklists']") }).first();
    await expect(told.locator("a[href='https://wiki.example/load/erx']")).toBeVisible();
  } finally {
    await house.leave();
  }
});
