import { expect, test } from "@playwright/test";

import { House, clean } from "./house";

const TEXT = "Rehearse the restore of the <i>clinic</i> database";

test("a promise of one meeting is carried into the next, moved with a reason, and kept there", async ({ page }, info) => {
  test.setTimeout(180_000);
  const house = new House("actions");
  try {
    await house.demo("2026-11-23");

    // The meeting promises: a week that is none is refused with a sentence, and nothing is typed twice.
    await page.goto(`${house.site}/reviews/2026-W47?lang=en`);
    await page.locator("#agreed a.button").first().click();
    await expect(page).toHaveURL(/\/actions\?.*week=2026-W47.*#new$/);
    const form = page.locator("#new form");
    await form.locator("[name=text]").fill(TEXT);
    await form.locator("[name=owner]").fill("Hara");
    await form.locator("[name=due]").fill("2026-11-27");
    await form.locator("[name=product]").selectOption("telemed");
    await form.locator("[name=week]").fill("2026-W54");
    await form.locator("button[value=add]").click();
    await expect(page.locator("[role=alert]")).toContainText("Write the week as 2026-W47");
    await expect(form.locator("[name=text]")).toHaveValue(TEXT);
    await clean(page, info.project.name);
    await form.locator("[name=week]").fill("2026-W47");
    await form.locator("button[value=add]").click();
    await expect(page).toHaveURL(/#action-\d+$/);
    const row = new URL(page.url()).hash.slice(1);
    await expect(page.locator(`#list #${row}`)).toContainText(TEXT);
    await page.goto(`${house.site}/reviews/2026-W47?lang=en`);
    await expect(page.locator(`#agreed #${row}`)).toContainText(TEXT);

    // The register as files, as it is filtered.
    await page.goto(`${house.site}/actions?lang=en&owner=Hara`);
    await expect(page.locator("#list tbody tr")).toHaveCount(1);
    const csv = await page.request.get(`${house.site}${await page.locator("#list .evidence a", { hasText: "CSV" }).getAttribute("href")}`);
    expect((await csv.text()).trim().split("\n")).toHaveLength(2);
    expect(await csv.text()).toContain(TEXT);
    await clean(page, info.project.name);

    // A week later it is late by three days, and the meeting opens with it.
    await house.demo("2026-11-30");
    await page.goto(`${house.site}/reviews/2026-W48?lang=en`);
    await expect(page.locator(`#carried #${row}`)).toContainText("overdue 3 days");
    await page.locator(`#carried #${row} a`, { hasText: "Move or drop" }).click();
    const move = page.locator("#change form").filter({ has: page.locator("button[value=redate]") });
    await move.locator("[name=due]").fill("2026-12-04");
    await move.locator("[name=note]").fill("The vendor's window is on Thursday");
    await move.locator("button").click();
    await expect(page.locator("#history")).toContainText("The vendor's window is on Thursday");
    await clean(page, info.project.name);

    // Two people at once: whoever is second sees what happened and what they sent, and loses neither.
    const other = await page.context().newPage();
    const address = `${house.site}/actions/${row.slice("action-".length)}?lang=en`;
    await other.goto(address);
    await page.goto(address);
    const again = other.locator("#change form").filter({ has: other.locator("button[value=redate]") });
    await again.locator("[name=due]").fill("2026-12-11");
    await again.locator("[name=note]").fill("The window moved");
    await again.locator("button").click();
    await expect(other.locator("#history")).toContainText("The window moved");
    await other.close();
    const drop = page.locator("#change form").filter({ has: page.locator("button[value=drop]") });
    await drop.locator("[name=note]").fill("The clinic is closed");
    await drop.locator("button").click();
    await expect(page.locator("[role=alert]")).toContainText("Somebody changed this action item in the meantime");
    await expect(page.locator("#change .sheet")).toContainText("The window moved");
    await expect(page.locator("#change .sheet")).toContainText("The clinic is closed");
    await expect(drop.locator("[name=note]")).toHaveValue("The clinic is closed");
    await clean(page, info.project.name);

    // It is kept from the review.
    await page.goto(`${house.site}/reviews/2026-W48?lang=en`);
    const carried = page.locator(`#carried #${row}`);
    await expect(carried).toContainText("moved 2×");
    await carried.getByRole("button", { name: "Mark as done" }).click();
    await expect(page).toHaveURL(new RegExp(`/reviews/2026-W48.*#${row}$`));
    await expect(carried).toContainText("done");
    await clean(page, info.project.name);
    await page.goto(`${house.site}/actions?lang=en&state=done`);
    await expect(page.locator(`#list #${row}`)).toBeVisible();
  } finally {
    await house.leave();
  }
});
