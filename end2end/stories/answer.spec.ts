import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

// Answers stay, so each project answers for a mover of its own.
const SERVICES: Record<string, string> = { "with JavaScript": "Glue", "without JavaScript": "Redshift" };

test("the meeting answers for what stood out, and it clears", async ({ page }, info) => {
  const service = SERVICES[info.project.name];
  await page.goto("/reviews/2026-W47?lang=en");
  const asked = page.locator("#questions tbody tr", { hasText: `${service}: ` });
  await expect(asked).toHaveCount(1);
  await asked.locator("summary").click();
  await expect((await new AxeBuilder({ page }).include("#questions").analyze()).violations).toEqual([]);
  await asked.locator("[name=note]").fill(`Agreed with ${service}'s team`);
  await asked.locator("[name=snooze]").selectOption("4");
  await asked.locator("button").click();
  await page.waitForURL(/\/reviews\/2026-W47/);
  await expect(page.locator("#questions tbody tr", { hasText: `${service}: ` })).toHaveCount(0);

  await page.goto("/products/data?week=2026-W47&lang=en");
  const said = page.locator("#unusual");
  await expect(said).toContainText(`Agreed with ${service}'s team`);
  await expect(said).toContainText("Expected or planned");
  await expect((await new AxeBuilder({ page }).include("#unusual").analyze()).violations).toEqual([]);
});
