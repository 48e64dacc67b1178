import type { Page } from "@playwright/test";

/** Freezes the week of the page, also where something is left open; the form is refused once then. */
export async function freeze(page: Page, reason: string) {
  const form = page.locator("#freeze form");
  const week = new URL(page.url()).pathname;
  await form.locator("[name=reason]").fill(reason);
  await Promise.all([page.waitForURL((url) => url.pathname === week && url.hash === "#freeze"), form.locator("button").click()]);
  const anyway = form.locator("[name=force]");
  if ((await anyway.count()) === 0) return;
  await anyway.check();
  await Promise.all([
    page.waitForURL((url) => url.pathname === week && !url.searchParams.has("problem")),
    form.locator("button").click(),
  ]);
}
