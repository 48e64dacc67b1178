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

test("on paper stand the promises, but nothing to press, and every page says of which week and moment it is", async ({ page }) => {
  await page.emulateMedia({ media: "print" });
  for (const [path, foot] of [
    [`/reviews/${WEEK}?lang=en`, "Week 47, 2026 · as of 23 Nov 10:00 JST"],
    [`/products/telemed?week=${WEEK}&lang=en`, "Telemedicine · Week 47, 2026 · as of 23 Nov 10:00 JST"],
  ]) {
    await page.goto(path);
    expect(await page.locator("head style[media=print]").textContent()).toContain(`content:"${foot}"`);
    await expect(page.locator("header.bar")).toBeHidden();
    for (const pressed of await page.locator("main button, main input, main .button").all()) await expect(pressed).toBeHidden();
  }
  await page.goto(`/reviews/${WEEK}?lang=en`);
  await expect(page.locator("#carried tbody tr").first()).toBeVisible();
});
