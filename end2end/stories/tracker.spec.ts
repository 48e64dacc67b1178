import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { expect, test } from "@playwright/test";

import { House, clean } from "./house";
import { islandsAlive } from "./pages";

/** A fictional GitHub with one closed issue; what it was asked for stands in the list. */
async function github(asked: string[]): Promise<Server> {
  const server = createServer((request, answer) => {
    asked.push(`${request.headers.authorization} ${request.url}`);
    const known = request.url === "/repos/acme/karte/issues/7";
    const issue = { number: 7, state: "closed", title: "Watch the <i>expiry</i>", assignee: { login: "hayashi" }, closed_at: "2026-11-18T04:05:06Z" };
    answer.writeHead(known ? 200 : 404, { "content-type": "application/json", etag: '"7"' });
    answer.end(JSON.stringify(known ? issue : { message: "Not Found" }));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return server;
}

test("an issue that is closed in GitHub is closed here by one button, and by nothing else", async ({ page }) => {
  test.setTimeout(180_000);
  const house = new House("tracker");
  const asked: string[] = [];
  const server = await github(asked);
  try {
    await house.demo("2026-11-23");
    const link = "https://github.com/acme/karte/issues/7";
    house.run("--today", "2026-11-18", "action", "add", "Watch the certificates", "--owner", "Hayashi", "--due", "2026-11-20", "--link", link);
    const config = join(house.folder, "teirei.toml");
    const { port } = server.address() as AddressInfo;
    writeFileSync(config, `[trackers.code]\nkind = "github"\nendpoint = "http://127.0.0.1:${port}"\ntoken = "t"\nsync_every_hours = 1\n`);
    await house.serve("2026-11-23", config);

    await page.goto(`${house.site}/actions?lang=en`);
    const row = page.locator("tr", { hasText: "Watch the certificates" });
    await expect(async () => {
      await page.reload();
      await expect(row).toContainText("GitHub acme/karte#7 closed 18 Nov", { timeout: 1_000 });
    }).toPass({ timeout: 30_000 });
    await expect(row).toContainText("close it here, too?");
    await expect(row.locator("td").first()).toContainText("overdue", { ignoreCase: true });
    expect(asked).toContain("Bearer t /repos/acme/karte/issues/7");
    const before = asked.length;

    await page.goto(`${house.site}/reviews/2026-W47?lang=en`);
    await expect(page.locator("#carried tr", { hasText: "Watch the certificates" })).toContainText("close it here, too?");
    await clean(page, "with JavaScript");
    await page.goto(`${house.site}/imports?lang=en`);
    await expect(page.locator("#trackers tr", { hasText: "code" })).toContainText("GitHub");
    await clean(page, "with JavaScript");
    expect(asked.length, "no page asks").toBe(before);

    await page.goto(`${house.site}/actions?lang=en`);
    await row.getByRole("button", { name: /^Mark as done/ }).click();
    await expect(page.locator("#history")).toContainText("GitHub acme/karte#7");
    await expect(page.locator("#promise")).toContainText("Watch the <i>expiry</i>");
    await clean(page, "with JavaScript");
    await page.goto(`${house.site}/actions?lang=en&state=all`);
    await expect(row).not.toContainText("close it here");
  } finally {
    server.close();
    await house.leave();
  }
});

test("one key each marks an action item as done, moves its day and drops it, in its row only", async ({ page }) => {
  test.setTimeout(180_000);
  const house = new House("keys");
  try {
    await house.demo("2026-11-23");
    for (const text of ["First", "Second", "Third"]) {
      house.run("--today", "2026-11-16", "action", "add", text, "--owner", "Hayashi", "--due", "2026-11-06");
    }
    const review = `${house.site}/reviews/2026-W47?view=present&lang=en`;
    await page.goto(review);
    await islandsAlive(page);
    const row = (text: string) => page.locator("#carried tr", { hasText: text });

    // Outside of the rows nothing happens, and the list of keys opens and closes.
    await page.locator("h1").click();
    for (const key of ["d", "m", "x"]) await page.keyboard.press(key);
    await expect(page).toHaveURL(review);
    await page.keyboard.press("?");
    await expect(page.locator("#keys li", { hasText: "move the day, with a reason" })).toBeVisible();
    await clean(page, "with JavaScript");
    await page.keyboard.press("?");
    await expect(page.locator("#keys ul")).toBeHidden();

    // Another day: the reason is typed at once, letters of keys among it, and the way leads back.
    await row("First").getByRole("link", { name: "First" }).focus();
    await page.keyboard.press("m");
    await expect(page).toHaveURL(/\/actions\/\d+\?.*step=redate/);
    const form = page.locator("#change form").filter({ has: page.locator("button[value=redate]") });
    await expect(form.locator("[name=note]")).toBeFocused();
    await page.keyboard.type("mdx? vendor");
    await form.locator("[name=due]").fill("2026-12-04");
    await form.locator("[name=due]").press("Enter");
    await expect(page).toHaveURL(/\/reviews\/2026-W47\?.*view=present.*#action-\d+$/);
    await expect(row("First")).toContainText("moved 1×");

    // A drop is refused without a reason by the form itself.
    await islandsAlive(page);
    await row("Second").getByRole("button").focus();
    await page.keyboard.press("x");
    const drop = page.locator("#change form").filter({ has: page.locator("button[value=drop]") });
    await expect(drop.locator("[name=note]")).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/step=drop/);
    await page.keyboard.type("no need");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/reviews\/2026-W47\?.*#action-\d+$/);
    await expect(row("Second")).toContainText("dropped");

    // Done leads back, too, and the focus is in the row of the next open one.
    await islandsAlive(page);
    await row("Third").getByRole("button").focus();
    await page.keyboard.press("d");
    await expect(row("Third")).toContainText("done");
    await expect(page).toHaveURL(/view=present/);
    await islandsAlive(page);
    await expect(page.locator("#carried button[name=done]").first()).toBeFocused();
    const said = house.run("action", "list", "--state", "all", "--json");
    expect(said).toContain("mdx? vendor");

    // On the page as it is read alone the same keys work, and lead back to it.
    await page.goto(`${house.site}/reviews/2026-W47?lang=en`);
    await islandsAlive(page);
    await expect(page.locator("#keys")).toHaveCount(0);
    await page.locator("#carried button[name=done]").first().focus();
    await page.keyboard.press("m");
    await expect(page).toHaveURL(/step=redate&back=\/reviews\/2026-W47$/);
  } finally {
    await house.leave();
  }
});
