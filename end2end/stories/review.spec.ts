import { expect, test } from "@playwright/test";
import { WEEK, WEEK_BEFORE } from "./pages";

test("the front door leads to the last week that has ended", async ({ page, request }) => {
  const redirect = await request.get("/", { maxRedirects: 0 });
  expect(redirect.status()).toBe(302);
  expect(redirect.headers().location).toBe(`/reviews/${WEEK}`);

  await page.goto("/");
  await expect(page).toHaveURL(`/reviews/${WEEK}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("47");
  for (const section of ["summary", "exceptions", "cost", "incidents", "objectives", "freeze"]) {
    await expect(page.locator(`section#${section}`)).toBeVisible();
  }
});

test("the week is switched by links", async ({ page }) => {
  await page.goto(`/reviews/${WEEK}`);
  await page.locator(`main a[href^="/reviews/${WEEK_BEFORE}"]`).first().click();
  await expect(page).toHaveURL(new RegExp(`/reviews/${WEEK_BEFORE}$`));
  await expect(page.getByRole("heading", { level: 1 })).toContainText("46");

  await page.locator(`main a[href^="/reviews/${WEEK}"]`).first().click();
  await expect(page).toHaveURL(new RegExp(`/reviews/${WEEK}$`));
});

test("an exception opens its product, over the same week", async ({ page }) => {
  await page.goto(`/reviews/${WEEK}`);
  const link = page.locator("#exceptions tr[id^=product-] a[href^='/products/']").first();
  const name = (await link.innerText()).trim();
  await link.click();
  await expect(page).toHaveURL(new RegExp(`/products/[a-z0-9-]+\\?.*week=${WEEK}`));
  await expect(page.getByRole("heading", { level: 1 })).toContainText(name);
});

test("the permalink opens the same page", async ({ page, context }) => {
  await page.goto(`/reviews/${WEEK}`);
  const heading = await page.getByRole("heading", { level: 1 }).innerText();
  const permalink = await page.locator("leptos-island[data-component^=CopyPermalink] a").first().getAttribute("href");
  expect(permalink).toMatch(new RegExp(`^/reviews/${WEEK}\\?.*lang=en`));

  const other = await context.newPage();
  const answer = await other.goto(permalink!);
  expect(answer?.status()).toBe(200);
  await expect(other.getByRole("heading", { level: 1 })).toHaveText(heading, { useInnerText: true });
});

test("a product is a link in chat too", async ({ page }) => {
  await page.goto(`/reviews/${WEEK}`);
  const row = page.locator("tr[id^=product-]").first();
  const anchor = await row.getAttribute("id");
  await page.goto(`/reviews/${WEEK}#${anchor}`);
  await expect(page.locator(`#${anchor}`)).toBeInViewport();
});
