import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test, type Page } from "@playwright/test";

import { House, clean } from "./house";
import { BRIEF, CLIENT, CLIENT_SECRET, Directory, SHARED } from "./provider";

const PASSWORD = "correct horse battery staple";
const ASKED = "/products/telemed?week=2026-W46&lang=en";

/** What the machine is told where a provider vouches for people. */
function byProvider(issuer: string, site: string, client: string): string {
  return [
    `[server]\npublic_url = "${site}"`,
    `[sign_in]\nissuer = "${issuer}"\nclient_id = "${client}"\nclient_secret = "${CLIENT_SECRET}"`,
    `label = "the directory"\nsecret = "kX9v2QwLr7TnB4ZsJ6YhP1MfC8DgA3Ue"\nroles = ["sre = admin"]`,
    "idle_hours = 168\nabsolute_hours = 720\n",
  ].join("\n");
}

/** Signs in at the provider's own pages. */
async function signIn(page: Page, name: string) {
  await page.getByRole("link", { name: "Sign in with the directory" }).click();
  await page.locator("[name=login]").fill(name);
  await page.locator("[name=password]").fill("any");
  await page.locator("button[type=submit]").click();
  await page.getByRole("button", { name: "Continue" }).click();
}

function tomorrow(): string {
  return new Date(Date.now() + 24 * 3600 * 1000).toISOString().slice(0, 10);
}

test("a real provider signs in, is asked again, and shuts out who has left", async ({ page }, info) => {
  test.setTimeout(240_000);
  const [house, directory] = [new House("sign-in"), new Directory()];
  const config = join(house.folder, "teirei.toml");
  try {
    await house.demo("2026-11-23");
    await house.stop();
    const site = await house.place();
    await directory.open(site);
    writeFileSync(config, byProvider(directory.issuer, site, CLIENT));
    await house.serve(undefined, config);

    // Whoever has not signed in is led there, and back to what was asked for.
    await page.goto(`${site}${ASKED}`);
    await expect(page).toHaveURL(/\/sign-in\?back=/);
    await expect(page.locator("nav")).toHaveCount(0);
    await page.goto(`${page.url()}&lang=en`);
    await clean(page, info.project.name);
    await signIn(page, "hayashi");
    await expect(page).toHaveURL(`${site}${ASKED}`);
    await expect(page.locator("header.bar a[title*='hayashi of the directory']")).toHaveText("hayashi o…");
    await clean(page, info.project.name);
    await page.goto(`${site}/admin/users?lang=en`);
    await expect(page.locator("#list")).toContainText("hayashi@corp.example");
    await expect(page.locator("#list")).toContainText(directory.issuer);
    await clean(page, info.project.name);

    // A day later the provider is asked again and gives another refresh token; then it knows them no more.
    await house.serve(tomorrow(), config);
    expect((await page.goto(`${site}${ASKED}`))?.status()).toBe(200);
    await expect(page).toHaveURL(`${site}${ASKED}`);
    directory.gone.add("hayashi");
    await house.serve(new Date(Date.now() + 48 * 3600 * 1000).toISOString().slice(0, 10), config);
    await page.goto(`${site}${ASKED}`);
    await expect(page).toHaveURL(/\/sign-in\?back=/);
  } finally {
    await house.leave();
    await directory.close();
  }
});

test("what a real provider says is refused when it is not for us, not for now, or not to be believed", async ({ page, context }) => {
  test.setTimeout(240_000);
  const [house, directory] = [new House("sign-in-refused"), new Directory()];
  const config = join(house.folder, "teirei.toml");
  const serve = async (client: string, day?: string) => {
    writeFileSync(config, byProvider(directory.issuer, house.site, client));
    await house.serve(day, config);
    await context.clearCookies();
    await page.goto(`${house.site}/sign-in?lang=en`);
  };
  const refused = (problem: string) => expect(page).toHaveURL(`${house.site}/sign-in?problem=${problem}`);
  try {
    await house.demo("2026-11-23");
    await house.stop();
    const site = await house.place();
    await directory.open(site);

    directory.unverified.add("sato");
    await serve(CLIENT);
    await signIn(page, "sato");
    await refused("person");

    // The signature is made with what both know: an algorithm that is never taken.
    await serve(SHARED);
    await signIn(page, "hayashi");
    await refused("provider");

    // The token has ended by the clock of the pages.
    await serve(BRIEF, tomorrow());
    await signIn(page, "hayashi");
    await refused("provider");

    // What is sent to the provider is changed on the way: another nonce, another client, another state.
    for (const [change, problem] of [
      [(at: URL) => at.searchParams.set("nonce", "another"), "provider"],
      [(at: URL) => at.searchParams.set("client_id", BRIEF), "provider"],
      [(at: URL) => at.searchParams.set("code_challenge", "a".repeat(43)), "provider"],
      [(at: URL) => at.searchParams.set("state", "another"), "stray"],
    ] as const) {
      await serve(CLIENT);
      await page.route(/\/auth\?/, async (route) => {
        const at = new URL(route.request().url());
        change(at);
        await route.fulfill({ status: 302, headers: { location: at.href } });
      }, { times: 1 });
      const left = await context.request.get(`${site}/sign-in/provider`, { maxRedirects: 0 });
      await page.goto(left.headers()["location"] ?? "");
      await page.locator("[name=login]").fill("hayashi");
      await page.locator("[name=password]").fill("any");
      await page.locator("button[type=submit]").click();
      await page.getByRole("button", { name: "Continue" }).click();
      await refused(problem);
    }
    await serve(CLIENT);
    await signIn(page, "hayashi");
    await expect(page).toHaveURL(/\/reviews\//);
  } finally {
    await house.leave();
    await directory.close();
  }
});

test("an account that is kept here signs in, out, and out everywhere", async ({ page, browser }, info) => {
  test.setTimeout(180_000);
  const house = new House("accounts");
  const config = join(house.folder, "teirei.toml");
  try {
    await house.demo("2026-11-23");
    await house.stop();
    writeFileSync(config, `[sign_in]\naccounts = "on"\n`);
    house.say(PASSWORD, "user", "add", "hayashi", "--role", "editor", "--products", "telemed");
    house.say(PASSWORD, "user", "add", "sato", "--role", "admin");
    await house.serve("2026-11-23", config);

    await page.goto(`${house.site}${ASKED}`);
    await page.goto(`${page.url()}&lang=en`);
    const form = page.locator("#sign-in form");
    await form.locator("[name=name]").fill("hayashi");
    await form.locator("[name=password]").fill("wrong");
    await form.locator("button").click();
    await expect(page.locator("[role=status]")).toContainText("The name or the password is wrong");
    await clean(page, info.project.name);
    await form.locator("[name=name]").fill("hayashi");
    await form.locator("[name=password]").fill(PASSWORD);
    await form.locator("button").click();
    await expect(page).toHaveURL(`${house.site}${ASKED}`);
    expect((await page.goto(`${house.site}/admin/users`))?.status()).toBe(403);
    expect((await page.goto(`${house.site}/products/booking`))?.status()).toBe(404);

    // The same person in another browser; signing out everywhere ends both.
    const other = await (await browser.newContext()).newPage();
    await other.goto(`${house.site}/sign-in?lang=en`);
    await other.locator("[name=name]").fill("hayashi");
    await other.locator("[name=password]").fill(PASSWORD);
    await other.locator("#sign-in form button").click();
    await expect(other).toHaveURL(/\/reviews\//);
    await page.goto(`${house.site}/sign-in?lang=en`);
    await expect(page.locator("#sign-in")).toContainText("hayashi");
    await clean(page, info.project.name);
    await page.getByRole("button", { name: "Sign out everywhere" }).click();
    await expect(page.locator("[role=status]")).toContainText("You are signed out");
    await other.goto(`${house.site}/topics`);
    await expect(other).toHaveURL(/\/sign-in\?back=/);
    await other.context().close();
  } finally {
    await house.leave();
  }
});
