import { expect, test } from "@playwright/test";

// Two projects change one catalogue, so each adds an account of its own that no bill names.
const ACCOUNTS: Record<string, string> = { "with JavaScript": "990000000001", "without JavaScript": "990000000002" };

test.describe.configure({ mode: "serial" });

test("a change is proposed, looked at, and put in force", async ({ page }, info) => {
  const account = ACCOUNTS[info.project.name];
  const text = `\n[[account]]\nid = "${account}"\nname = "lab"\nproduct = "telemed"\nenvironment = "staging"\n`;
  // Somebody else may be faster; then one looks again, as a person would.
  await expect(async () => {
    await page.goto("/catalog");
    const file = page.locator("#edit textarea");
    await file.fill((await file.inputValue()) + text);
    await page.locator("#edit button").click();
    await page.waitForURL(/\/catalog\/proposals\/\d+/);
    await expect(page.locator("#changes")).toContainText(`+ account ${account}`);
    await expect(page.locator("#effect")).toContainText("No cost moves");
    await page.locator("#apply [name=reason]").fill("A lab for telemed");
    await page.locator("#apply button").click();
    await expect(page.locator(".kicker")).toContainText(/^Catalogue · applied/, { timeout: 5_000 });
  }).toPass();

  await page.goto("/catalog");
  await expect(page.locator("#accounts")).toContainText(account);
  await expect(page.locator("#history")).toContainText("A lab for telemed");
});

test("a fault is named with its line", async ({ page }) => {
  await page.goto("/catalog");
  await page.locator("#edit textarea").fill('[[product]]\nslug = "Not A Slug"\n');
  await page.locator("#edit button").click();
  await page.waitForURL(/\/catalog\/proposals\/\d+/);
  await expect(page.locator("#faults tbody tr").first()).toContainText("2");
  await expect(page.locator("#faults")).toContainText(/slug|short name/);
  await expect(page.locator("#apply")).toHaveCount(0);
});
