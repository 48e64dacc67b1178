import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";

import { WEEK, islandsAlive } from "./pages";

// Two projects share one database, so each proposes for an objective of its own.
const OBJECTIVES: Record<string, string> = {
  "with JavaScript": "erx-pharmacy-delivery",
  "without JavaScript": "trials-record-save",
};

/** Axe runs as a script of the page, so only where scripts run. */
async function clean(page: Page, project: string) {
  if (project !== "with JavaScript") return;
  await islandsAlive(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, help }) => `${id}: ${help}`)).toEqual([]);
}

test("a product manager proposes a looser target, an SRE approves it", async ({ page }, info) => {
  const objective = OBJECTIVES[info.project.name];
  await page.goto(`/objectives/${objective}?week=${WEEK}&lang=en`);
  await page.locator("#definition a", { hasText: "Propose another target" }).click();

  // What was never met is not tried; what says the same is told.
  const attempt = page.locator("#try form");
  await attempt.locator("[name=target]").fill("100");
  await attempt.locator("button").click();
  await expect(page.locator("[role=alert]")).toContainText("above 0 and below 100");
  await page.locator("#try [name=target]").fill("97.5");
  await page.locator("#try [name=window]").selectOption("28d");
  await page.locator("#try button").click();

  // The address carries what is tried, and twelve weeks stand side by side.
  await expect(page).toHaveURL(/target=97\.5&window=28d/);
  await expect(page.locator("#tested tbody tr")).toHaveCount(12);
  await expect(page.locator("#alerts tbody tr").first()).toBeVisible();
  await clean(page, info.project.name);

  await page.locator("#submit button[value=submitted]").click();
  await expect(page.locator("[role=alert]")).toContainText("Say why");
  await page.locator("#submit [name=reason]").fill("Users are content with less");
  await page.locator("#submit button[value=submitted]").click();
  await expect(page.locator("h1")).toContainText("waits for approval");
  await expect(page.locator("#shown")).toContainText("Users are content with less");
  await expect(page.locator("#carry")).toContainText("target: 0.975");
  await clean(page, info.project.name);

  // The meeting finds it in the queue.
  const number = new URL(page.url()).searchParams.get("number");
  await page.goto("/objectives/reviews?lang=en");
  await page.locator(`a[href*="${objective}/proposal?"][href*="number=${number}"]`).click();
  await page.locator("#decide [name=reason]").fill("Agreed in the meeting");
  await page.locator("#decide button[value=approved]").click();
  await expect(page.locator("h1")).toContainText("approved, not in force yet");
  await clean(page, info.project.name);

  // The document that the source has to carry is a file.
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    (async () => {
      await page.locator("#carry summary", { hasText: "OpenSLO document" }).click();
      await page.locator("#carry a[download]").last().click();
    })(),
  ]);
  expect(download.suggestedFilename()).toContain("openslo.yaml");

  // Taken back, so that other stories find the queue as it was.
  await page.locator("#decide button[value=withdrawn]").click();
  await expect(page.locator("h1")).toContainText("taken back");
  await page.goto("/objectives/reviews?lang=en");
  await expect(page.locator(`a[href*="${objective}/proposal?"]`)).toHaveCount(0);
});
