import { expect, test } from "@playwright/test";

import { House, clean } from "./house";

const TITLE = "Search is <i>slow</i> at noon";

test("a topic is raised for the meeting, settled once by a decision, and looked at again when its day has come", async ({ page }, info) => {
  test.setTimeout(180_000);
  const house = new House("topics");
  try {
    await house.demo("2026-11-23");

    // Raised from the review; a week that is none is refused with a sentence, and nothing is typed twice.
    await page.goto(`${house.site}/reviews/2026-W47?lang=en`);
    await page.locator("#topics a.button").click();
    await expect(page).toHaveURL(/\/topics\?.*#new$/);
    const form = page.locator("#new form");
    await form.locator("[name=title]").fill(TITLE);
    await form.locator("[name=evidence]").fill("p95 1.8 s → 3.1 s");
    await form.locator("[name=product]").selectOption("telemed");
    await form.locator("[name=week]").fill("2026-W54");
    await form.locator("button").click();
    await expect(page.locator("#new [role=alert]")).toContainText("Write the week as 2026-W47");
    await expect(form.locator("[name=title]")).toHaveValue(TITLE);
    await clean(page, info.project.name);
    await form.locator("[name=week]").fill("2026-W47");
    await form.locator("button").click();
    await expect(page).toHaveURL(/#topic-\d+$/);
    const row = new URL(page.url()).hash.slice(1);
    const address = `${house.site}/topics/${row.slice("topic-".length)}?lang=en`;

    // The meeting talks about it: two people settle it at once, and the second is told.
    await page.goto(`${house.site}/reviews/2026-W47?lang=en`);
    await expect(page.locator(`#topics #${row}`)).toContainText("p95 1.8 s → 3.1 s");
    await page.locator(`#topics #${row} a`, { hasText: "Talk about it" }).click();
    await expect(page.locator("h1")).toHaveText(TITLE);
    await clean(page, info.project.name);
    const other = await page.context().newPage();
    await other.goto(address);
    const decide = page.locator("#settle form").filter({ has: page.locator("button[value=decide]") });
    await decide.locator("[name=text]").fill("Add an index on clinic and day");
    await decide.locator("[name=expects]").fill("p95 below 2 s at noon");
    await decide.locator("[name=look_again]").fill("2026-11-30");
    await decide.locator("button").click();
    await expect(page.locator("#history")).toContainText("decided");
    const drop = other.locator("#settle form").filter({ has: other.locator("button[value=drop]") });
    await drop.locator("[name=note]").fill("Nobody complained");
    await drop.locator("button").click();
    await expect(other.locator("[role=alert]")).toContainText("Somebody changed this in the meantime");
    await expect(other.locator("#settle .sheet")).toContainText("Nobody complained");
    await expect(other.locator("#settle .sheet")).toContainText("Decision");
    await other.close();

    await page.goto(`${house.site}/reviews/2026-W47?lang=en`);
    await expect(page.locator("#agreed")).toContainText("p95 below 2 s at noon");
    await clean(page, info.project.name);

    // A week later the decision is looked at again, and what came of it is kept with what was seen.
    await house.demo("2026-11-30");
    await page.goto(`${house.site}/reviews/2026-W48?lang=en`);
    const due = page.locator("#agreed tr", { hasText: "Add an index" });
    await due.locator("a", { hasText: "Look again on" }).click();
    await expect(page.locator("#judge")).toBeVisible();
    await clean(page, info.project.name);
    const judge = page.locator("#judge form").first();
    await judge.locator("button[value=failed]").click();
    await expect(page.locator("#judge [role=alert]")).toContainText("Say what was seen");
    await judge.locator("[name=note]").fill("p95 is still 2.9 s");
    await judge.locator("button[value=failed]").click();
    await expect(page.locator("#history")).toContainText("p95 is still 2.9 s");
    await page.goto(`${house.site}/reviews/2026-W48?lang=en`);
    await expect(page.locator("#agreed tr", { hasText: "Add an index" })).toContainText("did not work");
  } finally {
    await house.leave();
  }
});
