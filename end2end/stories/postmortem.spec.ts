import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "@playwright/test";

import { House, clean } from "./house";

// What is required and overdue shows in reviews, so this story has a company of its own: another server and database.
const ID = "holiday-1";
const PAGE = `/incidents/pagerduty~${ID}/postmortem`;

/** Users stopped feeling it on Thursday 2026-09-17 in Tokyo; Monday to Wednesday are holidays. */
const INCIDENTS = `source,external_id,title,product,severity,status,impact_start,detected_at,declared_at,mitigated_at,resolved_at,impact_fraction,customer_impact,updated_at
pagerduty,${ID},<b>Video</b> calls fail,telemed,SEV-2,resolved,2026-09-17T02:30:00Z,2026-09-17T02:31:00Z,2026-09-17T02:32:00Z,2026-09-17T03:00:00Z,2026-09-17T03:30:00Z,0.4,true,2026-09-17T03:30:00Z
`;

test("a postmortem falls due after the holidays, is written by two, reviewed and closed", async ({ page }, info) => {
  test.setTimeout(180_000);
  const house = new House("postmortem");
  try {
    await house.demo("2026-09-24");
    const { site } = house;
    const file = join(house.folder, "incidents.csv");
    writeFileSync(file, INCIDENTS);
    house.run("--today", "2026-09-24", "import", "incidents", file);

    // Five business days after Thursday: Friday, then Thursday to Tuesday of the week after the holidays.
    await page.goto(`${site}${PAGE}?lang=en`);
    await expect(page.locator("h1")).toHaveText("<b>Video</b> calls fail");
    await expect(page.locator("p.answer")).toContainText("Due on Tue 29 Sep");
    await expect(page.locator("#why")).toContainText("5 business days after Thu 17 Sep");
    await expect(page.locator("#why")).toContainText("21 Sep, 22 Sep, 23 Sep are days of rest");
    await expect(page.locator("#why")).toContainText("reaches to the end of 2027");
    await clean(page, info.project.name);

    // The list names it, and the meeting's matrix the day.
    await page.goto(`${site}/incidents/postmortems?lang=en`);
    await expect(page.locator(`#pagerduty-${ID}`)).toContainText("29 Sep");
    await clean(page, info.project.name);

    // The template is there to be filled in; a link that is none keeps what was typed.
    await page.goto(`${site}${PAGE}?lang=en`);
    await expect(page.locator("#write textarea")).toHaveValue(/## Contributing factors/);
    const first = "# Calls\n\n## Summary\n\nThe *limit* was reached.\n\n<script>document.title = 'gone'</script>\n\n- one\n- two\n";
    await page.locator("#write textarea").fill(first);
    await page.locator("#write [name=link]").fill("https://sre@wiki.example/1");
    await page.locator("#write button[value=save]").click();
    await expect(page.locator("[role=alert]")).toContainText("begins with https://");
    await expect(page.locator("#write textarea")).toHaveValue(first);
    await page.locator("#write [name=link]").fill("https://wiki.example/1");
    await page.locator("#write button[value=save]").click();
    await expect(page.locator("#text em")).toHaveText("limit");
    await expect(page.locator("#text")).toContainText("<script>document.title = 'gone'</script>");
    await expect(page.locator("#text .written li")).toHaveCount(2);
    await expect(page).toHaveTitle(/Video/);

    // Somebody else saves while the form is open: the later save is refused and both texts stand side by side.
    const context = page.context();
    const other = await context.newPage();
    await page.goto(`${site}${PAGE}?lang=en&edit=1`);
    await other.goto(`${site}${PAGE}?lang=en&edit=1`);
    await other.locator("#write textarea").fill("# Calls\n\nTheirs.");
    await other.locator("#write button[value=save]").click();
    await expect(other.locator("#text")).toContainText("Version 2");
    await other.close();
    await page.locator("#write textarea").fill("# Calls\n\nMine.");
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === "POST"),
      page.locator("#write button[value=save]").click(),
    ]);
    expect(answer.status()).toBe(409);
    await expect(page.locator("[role=alert]")).toContainText("Somebody saved a newer version");
    await expect(page.locator("#write pre")).toContainText("Theirs.");
    await expect(page.locator("#write textarea")).toHaveValue("# Calls\n\nMine.");
    await clean(page, info.project.name);
    await page.locator("#write textarea").fill("# Calls\n\nTheirs, and mine.");
    await page.locator("#write button[value=save]").click();
    await expect(page.locator("#text")).toContainText("Version 3");

    // Read, agreed to, closed; what was agreed to cannot be changed.
    await page.locator("#steps button[value=in-review]").click();
    await expect(page.locator("p.answer")).toContainText("in review");
    await page.locator("#steps button[value=draft]").click();
    await expect(page.locator("[role=alert]")).toContainText("Write a reason");
    await page.locator("#steps button[value=reviewed]").click();
    await expect(page.locator("p.answer")).toContainText("Published on Thu 24 Sep, on time");
    await expect(page.locator("#write textarea")).toHaveCount(0);
    await page.locator("#steps [name=note]").fill("All actions are kept elsewhere");
    await page.locator("#steps button[value=closed]").click();
    await expect(page.locator("#steps tbody")).toContainText("All actions are kept elsewhere");
    await clean(page, info.project.name);

    // Every version stays readable, and the text is a file.
    await page.locator("#steps a", { hasText: "Version 1" }).click();
    await expect(page.locator("#text")).toContainText("This is an earlier version");
    const text = await page.request.get(`${site}${PAGE}.md`);
    expect(await text.text()).toBe("# Calls\n\nTheirs, and mine.\n");
    await page.goto(`${site}/incidents/postmortems?lang=en`);
    await expect(page.locator(`#done #pagerduty-${ID}`)).toContainText("published on time");
  } finally {
    await house.leave();
  }
});

test("the incident handbook says what each severity asks for", async ({ page }, info) => {
  await page.goto("/incidents/handbook?lang=ja");
  await expect(page.locator("#sev-2")).toContainText("5営業日以内");
  await expect(page.locator("#sev-1")).toContainText("3日以内");
  await expect(page.locator("#rules")).toContainText("エラーバジェットの20%");
  await clean(page, info.project.name);
  await page.goto("/incidents/handbook?lang=en");
  await expect(page.locator("#sev-2")).toContainText("within 5 business days");
  await expect(page.locator("#severities a[href^='https://wiki.hinata-health.example']")).toBeVisible();
});
