import { expect, test, type Page } from "@playwright/test";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { freeze } from "./freezing";
import { House, clean } from "./house";
import { islandsAlive } from "./pages";

/** A chat that keeps what it is told. */
async function chat() {
  const told: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      // Slack shows the blocks; the text beside them is what a notification says.
      const { text, blocks = [] } = JSON.parse(body);
      told.push([text, ...blocks.map((block: { text?: { text: string } }) => block.text?.text ?? "")].join("\n"));
      response.end("ok");
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return { told, url, close: () => server.close() };
}

const area = (page: Page) => page.locator("#write textarea");

/** Half an hour of a Monday, told once: with the page on the wall and a colleague's browser beside it. */
test("a whole meeting is held on the page, and the next one opens with what this one promised", async ({ browser }, info) => {
  test.setTimeout(240_000);
  const house = new House("meeting");
  const room = await chat();
  try {
    await house.demo("2026-11-23");
    const config = join(house.folder, "teirei.toml");
    const site = join(import.meta.dirname, "../../target/site");
    writeFileSync(config, `[server]\nsite = "${site}"\n[channels.sre]\nkind = "slack"\nurl = "${room.url}"\ndigest = "on"\n`);
    await house.serve("2026-11-23", config);
    const [wall, desk] = [await (await browser.newContext()).newPage(), await (await browser.newContext()).newPage()];
    const review = `${house.site}/reviews/2026-W47?lang=en`;

    // The page on the wall: promises stand first, then what is not as it should be.
    await wall.goto(review);
    await wall.getByRole("link", { name: "Present" }).click();
    await expect(wall.locator("html.present")).toBeVisible();
    const agenda = await wall.locator("main section").evaluateAll((all) => all.map((one) => one.id));
    expect(agenda.slice(0, 4)).toEqual(["summary", "carried", "exceptions", "topics"]);
    await clean(wall, "with JavaScript");

    // Last week's promises: one is kept, one gets another day with a reason.
    await wall.goto(review);
    await wall.locator("#carried #action-1").getByRole("button", { name: "Mark as done" }).click();
    await expect(wall.locator("#carried #action-1")).toContainText("done");
    await wall.locator("#carried #action-2").getByRole("link", { name: "Move or drop" }).click();
    const move = wall.locator("#change form").filter({ has: wall.locator("button[value=redate]") });
    await move.locator("[name=due]").fill("2026-12-10");
    await move.locator("[name=note]").fill("The quarter closes first");
    await move.locator("button").click();
    await expect(wall.locator("#history")).toContainText("The quarter closes first");

    // Both write the same note: whoever is second loses nothing.
    const note = `${house.site}/reviews/2026-W47/notes/cost?lang=en`;
    await wall.goto(note);
    await desk.goto(note);
    await islandsAlive(wall);
    await islandsAlive(desk);
    const first = desk.waitForResponse((answer) => answer.url().includes("/api/note"));
    await area(desk).fill("The export ran twice.");
    expect((await first).status()).toBe(200);
    const second = wall.waitForResponse((answer) => answer.url().includes("/api/note"));
    await area(wall).fill("Somebody left a scan running.");
    expect((await second).status()).toBe(409);
    await expect(wall.locator("#write")).toContainText("The export ran twice.");

    // A topic becomes a decision, another one a promise.
    await desk.goto(`${house.site}/topics/1?lang=en`);
    const decide = desk.locator("#settle form").filter({ has: desk.locator("button[value=decide]") });
    await decide.locator("[name=text]").fill("Raise the limit by half");
    await decide.locator("[name=expects]").fill("No call is refused until the new year");
    await decide.locator("[name=look_again]").fill("2026-11-30");
    await decide.locator("button").click();
    await expect(desk.locator("#history")).toContainText("decided");
    await desk.goto(`${house.site}/topics/2?lang=en`);
    const act = desk.locator("#settle form").filter({ has: desk.locator("button[value=act]") });
    await act.locator("[name=text]").fill("Ask the auditor how long logs are kept");
    await act.locator("[name=owner]").fill("Nakamura");
    await act.locator("[name=due]").fill("2026-11-27");
    await act.locator("button").click();
    await expect(desk.locator("#history")).toContainText("an action item");

    // What cost more than it should is answered where it is asked, then the week is frozen and the chat told.
    await wall.goto(review);
    await expect(wall.locator("#agreed")).toContainText("No call is refused until the new year");
    await expect(wall.locator("#agreed")).toContainText("Nakamura");
    await expect(wall.locator("#cost")).toContainText("The export ran twice.");
    await freeze(wall, "The meeting of this week");
    await expect(wall.locator("#version-1")).toBeVisible();
    const frozen = () => room.told.filter((text) => text.includes("凍結しました(版1)"));
    await expect.poll(() => frozen().length, { timeout: 60_000 }).toBe(1);
    for (const part of ["Raise the limit by half", "Ask the auditor how long logs are kept", "Nakamura"]) {
      expect(frozen()[0]).toContain(part);
    }
    const minutes = await wall.request.get(`${house.site}/reviews/2026-W47.md?lang=en`);
    expect(await minutes.text()).toContain("Raise the limit by half");

    // A week later: the promise is late and stands first, the decision is looked at again, and last week is as it was.
    const before = await (await wall.request.get(`${house.site}/reviews/2026-W47.json`)).text();
    await house.serve("2026-11-30", config);
    await wall.goto(`${house.site}/reviews/2026-W48?lang=en`);
    const carried = wall.locator("#carried tbody tr");
    await expect(carried.first()).toContainText("Ask the auditor how long logs are kept");
    await expect(carried.first()).toContainText("overdue 3 days");
    await expect(carried.first()).toContainText("Carried 1×");
    await expect(wall.locator("#agreed")).toContainText("Raise the limit by half");
    expect(await (await wall.request.get(`${house.site}/reviews/2026-W47.json`)).text()).toBe(before);
    await clean(wall, "with JavaScript");
    expect(info.errors).toEqual([]);
  } finally {
    await house.leave();
    room.close();
  }
});
