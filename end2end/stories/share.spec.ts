import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test, type Page } from "@playwright/test";

import { House, clean } from "./house";

const PASSWORD = "correct horse battery staple";
const FROZEN = "2026-W46";

async function signIn(page: Page, name: string) {
  const form = page.locator("#sign-in form");
  await form.locator("[name=name]").fill(name);
  await form.locator("[name=password]").fill(PASSWORD);
  await form.locator("button").click();
}

test("an embedded SRE shares a frozen section, somebody without an account sees that and nothing else, and it is taken back", async ({ page, browser }, info) => {
  test.setTimeout(240_000);
  const house = new House("share");
  const config = join(house.folder, "teirei.toml");
  try {
    await house.demo("2026-11-23");
    await house.stop();
    house.run("review", "freeze", FROZEN, "--force", "--reason", "the story of a shared section");
    writeFileSync(config, `[sign_in]\naccounts = "on"\n`);
    house.say(PASSWORD, "user", "add", "mori", "--role", "editor", "--products", "erx");
    house.say(PASSWORD, "user", "add", "hayashi", "--role", "admin");
    await house.serve("2026-11-23", config);

    // She signs in on the way to a week, and finds only her product there.
    await page.goto(`${house.site}/reviews/${FROZEN}?lang=en`);
    await page.goto(`${page.url()}&lang=en`);
    await signIn(page, "mori");
    await expect(page).toHaveURL(new RegExp(`/reviews/${FROZEN}`));
    await expect(page.locator("#exceptions")).toContainText("E‑prescription");
    await expect(page.locator("main")).not.toContainText("Telemedicine");
    await clean(page, info.project.name);

    await page.getByRole("link", { name: "Share", exact: true }).click();
    await expect(page).toHaveURL(/\/shares\?/);
    await page.getByLabel("Section").selectOption("incidents");
    await expect(page.getByLabel("Good for how many days")).toHaveValue("14");
    await clean(page, info.project.name);
    await page.getByRole("button", { name: "Make the link" }).click();
    const path = (await page.locator("#made code").innerText()).replace(/^https?:\/\/[^/]+/, "");
    expect(path).toMatch(/^\/s\/[\w-]{43}$/);
    expect(page.url()).not.toContain(path.slice(3));
    await clean(page, info.project.name);

    // Somebody without an account, in another browser, with scripts and without.
    const context = await browser.newContext();
    const guest = await context.newPage();
    const answer = await guest.goto(`${house.site}${path}`);
    expect(answer?.status()).toBe(200);
    expect(answer?.headers()["cache-control"]).toBe("private, no-store");
    expect(answer?.headers()["referrer-policy"]).toBe("no-referrer");
    await expect(guest.locator("#incidents")).toBeVisible();
    for (const other of ["#cost", "#exceptions", "#objectives", "#freeze", "nav", "form"]) {
      await expect(guest.locator(other), other).toHaveCount(0);
    }
    await expect(guest.locator("main")).not.toContainText("Telemedicine");
    await clean(guest, info.project.name);
    for (const closed of ["/", `/reviews/${FROZEN}`, "/products/erx", "/shares"]) {
      await guest.goto(`${house.site}${closed}`);
      await expect(guest, closed).toHaveURL(/\/sign-in/);
    }

    // It is listed with its last use, and taken back: the link is gone at once.
    await page.goto(`${house.site}/shares?lang=en`);
    const row = page.locator("#share-1");
    await expect(row).toContainText("Incidents");
    await expect(row).not.toContainText("not used yet");
    await row.getByRole("button", { name: "Take back" }).click();
    await expect(page.locator("#share-1")).toContainText("taken back");
    expect((await guest.goto(`${house.site}${path}`))?.status()).toBe(404);
    await expect(guest.locator("body")).toContainText("This link is not good");
    await context.close();

    // The administrator finds all of it, and that nobody changed it.
    const office = await browser.newContext();
    const admin = await office.newPage();
    await admin.goto(`${house.site}/sign-in?lang=en`);
    await signIn(admin, "hayashi");
    await expect(admin).not.toHaveURL(/sign-in/);
    await admin.goto(`${house.site}/admin/audit?lang=en`);
    await expect(admin.locator("main")).toContainText("The chain holds up to entry");
    const log = admin.locator("#list tbody");
    for (const act of ["Made a share link", "Share link used", "Took back a share link", "Signed in", "Froze"]) {
      await expect(log, act).toContainText(act);
    }
    await expect(log).not.toContainText(path.slice(3));
    await admin.locator("select[name=act]").selectOption("share-use");
    await admin.locator("form", { has: admin.locator("select[name=act]") }).getByRole("button").click();
    await expect(log.locator("tr")).toHaveCount(1);
    await clean(admin, info.project.name);
    expect(house.run("audit", "verify")).toContain("the audit holds");
    await office.close();
  } finally {
    await house.leave();
  }
});
