import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "@playwright/test";

import { freeze } from "./freezing";
import { House, clean } from "./house";

const SECRET = "the secret of the story, long enough";
const ID = "holiday-outage";
const PAGE = `/incidents/tickets~${ID}`;

/** Users stopped feeling it on Thursday 2026-09-17 in Tokyo; the next Monday to Wednesday are holidays. */
const OUTAGE = {
  external_id: ID,
  title: "<b>Video</b> calls fail",
  product: "telemed",
  severity: "SEV-2",
  impact_start: "2026-09-17T11:30:00+09:00",
  detected_at: "2026-09-17T11:31:00+09:00",
  declared_at: "2026-09-17T11:32:00+09:00",
  mitigated_at: "2026-09-17T12:30:00+09:00",
  resolved_at: "2026-09-17T12:40:00+09:00",
  updated_at: "2026-09-17T12:40:00+09:00",
};

/** What both service levels of the product counted that day. */
const COUNTS = `slo,period_start,period_end,good,total
telemed-video-connect,2026-09-17T00:00:00+09:00,2026-09-18T00:00:00+09:00,58600,59800
telemed-consultation-page,2026-09-17T00:00:00+09:00,2026-09-18T00:00:00+09:00,181000,184000
`;

/** What the story's sender of tickets posts, as docs/importing-incidents.md describes it. */
async function tell(site: string, body: string, secret = SECRET): Promise<number> {
  const seconds = Math.floor(Date.now() / 1000); // a signature is as old as it really is, whatever day pages show
  const signature = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  const headers = { "content-type": "application/json", "teirei-signature": `t=${seconds},v1=${signature}` };
  return (await fetch(`${site}/hooks/tickets`, { method: "POST", headers, body })).status;
}

test("an outage arrives by hook, is corrected, charged, written up in time, and its promise is kept a week later", async ({
  page,
}, info) => {
  test.setTimeout(240_000);
  const house = new House("incident");
  try {
    const config = join(house.folder, "teirei.toml");
    writeFileSync(config, `[hooks.tickets]\nkind = "incident"\nsecret = "${SECRET}"\n`);
    await house.demo("2026-09-24");
    const counts = join(house.folder, "counts.csv");
    writeFileSync(counts, COUNTS);
    house.run("--today", "2026-09-24", "import", "slis", counts);
    await house.serve("2026-09-24", config);

    // It arrives by hook, signed; what somebody else signs does not. Twice is once.
    const body = JSON.stringify(OUTAGE);
    expect(await tell(house.site, body, "a secret that somebody guessed")).toBe(401);
    expect(await tell(house.site, body)).toBe(202);
    expect(await tell(house.site, body)).toBe(202);
    await expect.poll(async () => (await fetch(`${house.site}${PAGE}`)).status, { timeout: 20_000 }).toBe(200);
    await page.goto(`${house.site}/incidents?lang=en&period=week&week=2026-W38`);
    await page.locator("#list tbody a", { hasText: OUTAGE.title }).click();
    await expect(page.locator("h1")).toHaveText(OUTAGE.title);
    await expect(page.locator("p.answer")).toContainText("60 min");
    await clean(page, info.project.name);

    // Its SRE knows better: it began earlier and hit two calls in five. Looked at first, then kept with a reason.
    await page.locator("#edit summary").click();
    await page.locator("#edit [name=impact_start]").fill("2026-09-17T11:20:00");
    await page.locator("#edit [name=impact_fraction]").fill("40");
    await page.locator("#edit button[value=preview]").click();
    await expect(page).toHaveURL(/do=preview/);
    const previewed = page.locator("#edit table").first();
    await expect(previewed).toContainText("40%");
    await expect(page.locator("p.answer"), "nothing is kept yet").toContainText("60 min");
    await clean(page, info.project.name);
    await page.locator("#edit button[value=save]").click();
    await expect(page.locator("[role=alert]")).toBeVisible();
    await page.locator("#edit form").filter({ has: page.locator("button[value=save]") }).locator("[name=reason]").fill("Call logs of both gateways");
    await page.locator("#edit button[value=save]").click();
    await expect(page.locator("p.answer")).toContainText("70 min");
    await expect(page.locator("p.answer")).toContainText("40%");
    await expect(page.locator("#events")).toContainText("Call logs of both gateways");
    await clean(page, info.project.name);

    // It is charged to both of the product's service levels.
    await expect(page.locator("#toll h3 a[href*='/objectives/']")).toHaveCount(2);
    const charges = page.locator("#toll h3 + .scroll tbody tr", { hasText: OUTAGE.title });
    await expect(charges).toHaveCount(2);
    for (const share of await charges.locator("td.num").allInnerTexts()) expect(share).toMatch(/[1-9]/);

    // Five business days after Thursday: Friday, then Thursday to Tuesday of the week after the holidays.
    await page.locator("#postmortem a[href*='/postmortem']").first().click();
    await expect(page.locator("p.answer")).toContainText("Due on Tue 29 Sep");
    await expect(page.locator("#why")).toContainText("21 Sep, 22 Sep, 23 Sep are days of rest");
    await page.locator("a[href*='/incidents/tickets']", { hasText: "incident" }).first().click();
    await expect(page.locator("#postmortem")).toContainText("Due on Tue 29 Sep");

    // What shall keep it from happening again is promised on its page, and the week's review is frozen with it open.
    await page.locator("#actions summary").click();
    await page.locator("#actions [name=text]").fill("Alert at 70 % of the call limit");
    await page.locator("#actions [name=owner]").fill("Nishimura");
    await page.locator("#actions [name=due]").fill("2026-09-28");
    await page.locator("#actions button[value=add]").click();
    await expect(page).toHaveURL(/\/incidents\/tickets~holiday-outage.*#action-\d+$/);
    const promise = page.locator("#actions tbody tr", { hasText: "Alert at 70 % of the call limit" });
    await expect(promise).toContainText("Nishimura");
    await clean(page, info.project.name);
    const number = new URL(page.url()).hash.slice(1);
    await page.goto(`${house.site}/reviews/2026-W38?lang=en`);
    await expect(page.locator("#incidents")).toContainText(OUTAGE.title);
    await freeze(page, "The meeting of this week");
    await expect(page.locator(".stamp").first()).toContainText(/frozen/i);

    // The next meeting opens with it, and closes it without leaving the page.
    await house.serve("2026-09-28", config);
    await page.goto(`${house.site}/reviews/2026-W39?lang=en`);
    const carried = page.locator(`#carried #${number}`);
    await expect(carried).toContainText("Alert at 70 % of the call limit");
    await expect(carried).toContainText("Carried 1×");
    await carried.getByRole("button", { name: "Mark as done" }).click();
    await expect(page).toHaveURL(new RegExp(`/reviews/2026-W39.*#${number}$`));
    await expect(page.locator(`#carried #${number}`)).toContainText("done");
    await expect(page.locator(`#carried #${number} button`)).toHaveCount(0);
    await clean(page, info.project.name);
    await page.goto(`${house.site}${PAGE}?lang=en`);
    await expect(page.locator(`#actions #${number}`)).toContainText("done");

    // The day after its due day the write-up is overdue, and the meeting sees it.
    await house.serve("2026-09-30", config);
    await page.goto(`${house.site}/reviews/2026-W39?lang=en`);
    await expect(page.locator("#exceptions #product-telemed")).toContainText(/overdue/i);
    await page.goto(`${house.site}/incidents/postmortems?lang=en`);
    await expect(page.locator(`#tickets-${ID}`)).toContainText("overdue");
  } finally {
    await house.leave();
  }
});
