import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

// Answers stay, so each project answers for a mover of its own, in a week that no other story reads.
const WEEK = "2026-W34";
const MOVERS: Record<string, [string, string]> = {
  "with JavaScript": ["data", "Redshift"],
  "without JavaScript": ["telemed", "Chime SDK"],
};

test("the meeting answers for what stood out, and it clears", async ({ page }, info) => {
  const [product, service] = MOVERS[info.project.name];
  const isAccessible = async (part: string) => {
    // The audit itself is a script.
    if (info.project.name !== "with JavaScript") return;
    expect((await new AxeBuilder({ page }).include(part).analyze()).violations).toEqual([]);
  };
  await page.goto(`/reviews/${WEEK}?lang=en`);
  const asked = page.locator("#questions tbody tr", { hasText: `${service}: ` });
  await expect(asked).toHaveCount(1);
  await asked.locator("summary").click();
  await isAccessible("#questions");
  await asked.locator("[name=note]").fill(`Agreed with ${service}'s team`);
  await asked.locator("[name=snooze]").selectOption("1");
  await asked.locator("button").click();
  await page.waitForURL(new RegExp(`/reviews/${WEEK}`));
  await expect(page.locator("#questions tbody tr", { hasText: `${service}: ` })).toHaveCount(0);

  await page.goto(`/products/${product}?week=${WEEK}&lang=en`);
  const said = page.locator("#unusual");
  await expect(said).toContainText(`Agreed with ${service}'s team`);
  await expect(said).toContainText("Expected or planned");
  await isAccessible("#unusual");
});
