import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { islandsAlive } from "./pages";

// Notes stay, so each story writes about weeks that no other one reads.
const TOLD = "2026-W30";
const BOTH = "2026-W31";
const RELOADED = "2026-W32";
const WRITTEN = "2026-W33";
const FROZEN = "2026-W34";

const notePage = (week: string, place: string) => `/reviews/${week}/notes/${place}?lang=en`;
const area = (page: Page) => page.locator("#write textarea");

async function clean(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, help }) => `${id}: ${help}`)).toEqual([]);
}

/** Where everything of the page stands. */
const places = () =>
  [...document.querySelectorAll("main, main section, main h2, main table")].map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x, y + window.scrollY, width, height].join(" ");
  });

test("what one types is saved, and others are told within about a second without anything moving", async ({ browser }) => {
  const [mine, theirs] = [await browser.newContext(), await browser.newContext()];
  const [writer, reader] = [await mine.newPage(), await theirs.newPage()];
  const watched = await theirs.newPage();
  for (const [page, path] of [
    [writer, notePage(TOLD, "cost")],
    [watched, notePage(TOLD, "cost")],
    [reader, `/reviews/${TOLD}?lang=en`],
  ] as const) {
    const told = page.waitForResponse((answer) => answer.url().includes("/events"));
    await page.goto(path);
    await islandsAlive(page);
    expect((await told).status()).toBe(200);
  }
  const news = reader.locator("aside a");
  await expect(news).toHaveCount(0);
  await reader.evaluate(() => window.scrollTo(0, 600));
  const before = await reader.evaluate(places);

  const saved = writer.waitForResponse((answer) => answer.url().includes("/api/note"));
  await area(writer).pressSequentially("**Redshift** scanned everything.", { delay: 5 });
  await expect(writer.locator("#write")).toContainText("Not saved yet");
  expect((await saved).status()).toBe(200);
  const since = Date.now();
  await expect(news).toHaveText("1 new · reload", { timeout: 5_000 });
  const took = Date.now() - since;
  console.log(`told after ${took} ms`);
  await expect(writer.locator("#write")).toContainText("Saved 10:00");
  expect(await reader.evaluate(places)).toEqual(before);
  expect(await reader.evaluate(() => window.scrollY)).toBe(600);
  await clean(reader);

  // Who wrote it is not told; who has the same note open is.
  await expect(watched.locator("aside a")).toHaveText("1 new · reload");
  await writer.waitForTimeout(1_500);
  await expect(writer.locator("aside a")).toHaveCount(0);

  // A second save of the same note is still one new note; a link leads to it, and then there is no news.
  const again = writer.waitForResponse((answer) => answer.url().includes("/api/note"));
  await area(writer).press("End");
  await area(writer).pressSequentially(" Again.", { delay: 5 });
  expect((await again).status()).toBe(200);
  await expect(news).toHaveText("1 new · reload");
  await news.click();
  await expect(reader.locator("#cost article strong")).toHaveText("Redshift");
  await expect(reader.locator("#cost article")).toContainText("Again.");
  await islandsAlive(reader);
  await reader.waitForTimeout(1_000);
  await expect(reader.locator("aside a")).toHaveCount(0);
  await mine.close();
  await theirs.close();
});

test("of two who edit one note the later is refused, sees both texts and joins them", async ({ browser }) => {
  const [mine, theirs] = [await browser.newContext(), await browser.newContext()];
  const [one, two] = [await mine.newPage(), await theirs.newPage()];
  for (const page of [one, two]) {
    await page.goto(notePage(BOTH, "incidents"));
    await islandsAlive(page);
  }
  await area(one).fill("The limit was reached.");
  await expect(one.locator("#write")).toContainText("Saved 10:00");
  await area(two).fill("The certificate expired.");
  await expect(two.locator("#write [role=alert]")).toHaveText("Somebody saved a newer version. Yours is not saved yet.");
  await expect(two.locator("#write pre")).toHaveText("The limit was reached.");
  await expect(area(two)).toHaveValue("The certificate expired.");
  await clean(two);
  await two.locator("#write button", { hasText: "Compare and mend" }).click();
  await expect(two.locator("#write pre")).toHaveText(["The limit was reached.", "The certificate expired."]);
  await expect(area(two)).toHaveValue("▼ What is saved\nThe limit was reached.\n▼ Yours\nThe certificate expired.\n▲");
  await clean(two);
  await area(two).fill("The limit was reached, then the certificate expired.");
  await two.locator("#write button[value=save]").click();
  await expect(two.locator("#text")).toContainText("then the certificate expired.");
  await expect(two.locator("#text")).toContainText("version 2");
  await islandsAlive(two);
  await two.waitForTimeout(1_500);
  await expect(area(two)).toHaveValue("The limit was reached, then the certificate expired.");
  await mine.close();
  await theirs.close();
});

test("what is typed while nothing answers survives a reload, and composing waits", async ({ page, context }) => {
  await page.goto(notePage(RELOADED, "summary"));
  await islandsAlive(page);
  await context.setOffline(true);
  await area(page).fill("圏外で書いた文章");
  await expect(page.locator("#write [role=alert]")).toContainText("It cannot be saved just now");
  await context.setOffline(false);
  await page.reload();
  await expect(area(page)).toHaveValue("圏外で書いた文章");
  await expect(page.locator("#write")).toContainText("Saved 10:00");
  await page.reload();
  await expect(page.locator("#text")).toContainText("圏外で書いた文章");

  // While an input method composes, nothing is sent.
  await islandsAlive(page);
  let sent = 0;
  page.on("request", (request) => (sent += Number(request.url().includes("/api/note"))));
  await area(page).dispatchEvent("compositionstart");
  await area(page).evaluate((element: HTMLTextAreaElement) => {
    element.value += "へんかんちゅう";
    element.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
  await page.waitForTimeout(1_500);
  expect(sent).toBe(0);
  await area(page).dispatchEvent("compositionend");
  await expect(page.locator("#write")).toContainText("Saved 10:00");
  expect(sent).toBe(1);
});

test("a frozen review hears nothing", async ({ page, request }) => {
  await request.post("/api/freeze", { form: { week: FROZEN, version: "0", reason: "meeting", force: "yes" }, headers: { "sec-fetch-site": "same-origin" } });
  let asked = 0;
  page.on("request", (request) => (asked += Number(request.url().includes("/events"))));
  await page.goto(`/reviews/${FROZEN}?lang=en`);
  await islandsAlive(page);
  await expect(page.locator(".stamp").first()).toContainText(/frozen/i);
  await page.waitForTimeout(500);
  expect(asked).toBe(0);
  await page.goto(`/reviews/${FROZEN}?lang=en&version=draft`);
  await expect.poll(() => asked).toBe(1);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });
  test("the form saves, and the review shows it where it belongs", async ({ page }) => {
    await page.goto(`/reviews/${WRITTEN}?lang=en`);
    await page.locator("#objectives a", { hasText: "Write a note" }).click();
    await area(page).fill("# Agreed\n\n- <b>one</b>\n- two");
    await page.locator("#write button[value=save]").click();
    await expect(page.locator("#text li")).toHaveText(["<b>one</b>", "two"]);
    await page.locator(".kicker a").first().click();
    await expect(page).toHaveURL(new RegExp(`/reviews/${WRITTEN}\\?lang=en#objectives$`));
    await expect(page.locator("#objectives article li")).toHaveText(["<b>one</b>", "two"]);
  });
});
