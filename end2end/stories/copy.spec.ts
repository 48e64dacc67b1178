import { expect, test } from "@playwright/test";
import { islandsAlive, WEEK } from "./pages";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

test("the permalink is copied by click and by key, and never while typing", async ({ page, baseURL }) => {
  await page.goto(`/reviews/${WEEK}`);
  await islandsAlive(page);
  const island = page.locator("leptos-island[data-component^=CopyPermalink]").first();
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  const clear = () => page.evaluate(() => navigator.clipboard.writeText(""));
  const permalink = `${baseURL}${await island.getByRole("link").getAttribute("href")}`;

  await clear();
  await island.getByRole("link").click();
  await expect(island.getByRole("status")).not.toBeEmpty();
  expect(await copied()).toBe(permalink);
  await expect(page).toHaveURL(`/reviews/${WEEK}`);

  await clear();
  await page.locator("#freeze [name=reason]").focus();
  await page.keyboard.press("y");
  await expect(page.locator("#freeze [name=reason]")).toHaveValue("y");
  expect(await copied()).toBe("");

  await page.locator("h1").click();
  await page.keyboard.press("y");
  await expect.poll(copied).toBe(permalink);
});

test("nothing in the page offends its own security policy", async ({ page }) => {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`/reviews/${WEEK}`);
  await islandsAlive(page);
  expect(complaints).toEqual([]);
});
