import { expect, test } from "@playwright/test";
import { KINDS } from "./pages";

// What a screen reader is told of each main page. After a wanted change: `npx playwright test landmarks
// --update-snapshots` and read the difference.
// Pages that the stories beside these change are left out: they freeze weeks (which action items count), propose
// catalogues, review objectives.
const CHANGING = [
  "present", "reviews archive", "archive searched", "archive finds nothing", "four weeks", "quarter", "objective queue",
  "actions", "action", "action refused", "topics", "topic", "topic refused", "audit",
];
const isChanging = (name: string) => CHANGING.includes(name) || name.startsWith("catalogue");
for (const { name, path } of KINDS.filter(({ name }) => !isChanging(name))) {
  test(`${name} is told as before`, async ({ page }) => {
    await page.goto(path);
    // What there is to review follows from freezes, reviews and looks, which the stories beside these make.
    await page.locator("#reviews-due").evaluateAll((lists) => lists.forEach((list) => list.remove()));
    // How often a promise was carried follows from the weeks that they freeze.
    await page.locator(".due small").evaluateAll((told) => {
      for (const one of told) one.textContent = (one.textContent ?? "").replace(/ · Carried \d+×/, "");
    });
    await page.locator("td[data-label=Carried]").evaluateAll((cells) => cells.forEach((cell) => (cell.textContent = "–")));
    await expect(page.locator("body")).toMatchAriaSnapshot({ name: `${name}.aria.yml` });
  });
}
