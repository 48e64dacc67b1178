import { expect, test } from "@playwright/test";

// Two projects change one catalogue, so each adds an account of its own that no bill names.
const ACCOUNTS: Record<string, string> = { "with JavaScript": "990000000001", "without JavaScript": "990000000002" };

// Each who applies makes the other's proposal old, so that both may need several goes.
test.describe.configure({ mode: "serial", timeout: 180_000 });

// Who finds no form to apply, because somebody else was faster, looks again soon.
test.beforeEach(({ page }) => page.setDefaultTimeout(10_000));

test("a change is proposed, looked at, and put in force", async ({ page }, info) => {
  const account = ACCOUNTS[info.project.name];
  const text = `\n[[account]]\nid = "${account}"\nname = "lab"\nproduct = "telemed"\nenvironment = "staging"\n`;
  // Somebody else may be faster; then one looks again, as a person would.
  await expect(async () => {
    await page.goto("/catalog");
    const file = page.locator("#edit textarea");
    // The whole catalogue is one text: a busy browser takes its time with it.
    await file.fill((await file.inputValue()) + text, { timeout: 60_000 });
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

test("a budget is typed, checked and put in force, and its history says why", async ({ page }, info) => {
  // Each project has a month of its own.
  const month = info.project.name === "with JavaScript" ? "2027-02" : "2027-03";
  const cell = `[name="cell:telemed:${month}"]`;
  await expect(async () => {
    await page.goto("/catalog/budgets");
    await page.locator(cell).fill("１２０万");
    await page.locator("#edit button").click();
    await page.waitForURL(/\/catalog\/proposals\/\d+/);
    await expect(page.locator("#changes")).toContainText(`budget telemed ${month}`);
    await expect(page.locator("#changes")).toContainText("1200000 JPY");
    await page.locator("#apply [name=reason]").fill(`The plan of ${month}`);
    await page.locator("#apply button").click();
    await expect(page.locator(".kicker")).toContainText(/^Catalogue · applied/, { timeout: 5_000 });
  }).toPass();
  await page.goto("/catalog/budgets");
  await expect(page.locator(cell)).toHaveValue("1,200,000");
  await expect(page.locator("#history")).toContainText(`The plan of ${month}`);
});

test("a pasted table says which row cannot be taken, and an account form keeps what was typed", async ({ page }) => {
  await page.goto("/catalog/budgets");
  await page.locator("#paste textarea").fill("telemed\t2027-02\t1,000\nnobody\t2027-02\t5\n");
  await page.locator("#paste form").first().locator("button").click();
  await page.waitForURL(/\/catalog\/proposals\/\d+/);
  await expect(page.locator("#input tbody tr")).toHaveCount(1);
  await expect(page.locator("#input tbody tr")).toContainText("nobody");
  await expect(page.locator("#changes")).toContainText("budget telemed 2027-02");

  await page.goto("/catalog/products");
  await page.locator("#edit [name=slug]").fill("Not A Slug");
  await page.locator("#edit button.primary").click();
  await page.waitForURL(/\/catalog\/proposals\/\d+/);
  await expect(page.locator("#input [name=slug]")).toHaveValue("Not A Slug");
  await expect(page.locator("#faults")).toContainText(/short name/);
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
