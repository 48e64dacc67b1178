import { expect, test } from "@playwright/test";

import { WEEK } from "./pages";

// Two projects share one database, so each reviews an objective of its own.
const OBJECTIVES: Record<string, string> = {
  "with JavaScript": "erx-pharmacy-delivery",
  "without JavaScript": "trials-record-save",
};

test("from a mark to what spent the budget", async ({ page }) => {
  await page.goto(`/objectives?week=${WEEK}&lang=en`);
  await page.locator("#objective-telemed-video-connect a").click();
  await expect(page.locator("p.answer")).toContainText("The error budget is used up");
  const spent = page.locator("#spent");
  await expect(spent).toContainText("explained by no incident");
  // Charges and the rest are the failures of the window.
  const cells = await spent.locator("tbody tr td:nth-child(3)").allTextContents();
  const counts = cells.map((text) => Number(text.replaceAll(/[^0-9]/g, "")));
  const total = counts.pop();
  expect(counts.reduce((sum, one) => sum + one, 0)).toBe(total);
  await page.locator("nav.actions a[rel=prev]").click();
  await expect(page).toHaveURL(/week=2026-W46/);
});

test("a review is held in under a minute, and the queue forgets it", async ({ page }, info) => {
  const objective = OBJECTIVES[info.project.name];
  await page.goto("/objectives/reviews?lang=en");
  const row = page.locator(`#reviews tr#objective-${objective}`);
  await expect(row).toContainText("the review was due on");
  await row.locator("a").click();
  const form = page.locator("#reasons form");
  await form.locator("[name=decision]").selectOption("loosen");
  await form.locator("[name=toil]").selectOption("high");
  await form.locator("[name=satisfaction]").selectOption("high");
  await form.locator("button").click();
  await expect(page.locator("#reasons [role=alert]")).toBeVisible();
  await page.locator("#reasons form [name=decision]").selectOption("loosen");
  await page.locator("#reasons form [name=note]").fill("Users are content, the team is not");
  await page.locator("#reasons form button").click();
  await expect(page.locator("#reasons .said")).toContainText("Users are content, the team is not");
  await page.goto("/objectives/reviews?lang=en");
  await expect(page.locator(`#settled tr#objective-${objective}`)).toHaveCount(1);
});
