import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { expect, test } from "@playwright/test";

// The whole way of a proposal changes definitions, so it has a company of its own: another server and database.
const ROOT = resolve(import.meta.dirname, "../..");
const PROGRAM = join(ROOT, "target/debug/teirei");
const OBJECTIVE = "telemed-video-connect";
const ADDRESS = 'module.slo.datadog_service_level_objective.video["jp"]';

const MAIN = `resource "datadog_service_level_objective" "video" {
  name = "ビデオ通話の接続"
  thresholds {
    timeframe = "30d"
    target    = 99.5 # since spring
  }
}
`;

const STATE = {
  format_version: "1.0",
  values: {
    root_module: {
      child_modules: [
        {
          resources: [
            {
              address: ADDRESS,
              mode: "managed",
              type: "datadog_service_level_objective",
              values: {
                id: "",
                name: "ビデオ通話の接続",
                thresholds: [{ timeframe: "30d", target: 99.5 }],
              },
            },
          ],
        },
      ],
    },
  },
};

/** A port that nobody has. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((ready) => probe.listen(0, "127.0.0.1", ready));
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return port;
}

/** A server that answers; one that ended says why. */
async function start(address: string, parameters: string[]): Promise<ChildProcess> {
  const server = spawn(PROGRAM, parameters, { cwd: ROOT, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  server.stderr?.on("data", (text: Buffer) => (said += text.toString()));
  await expect
    .poll(
      async () => {
        expect(server.exitCode, said).toBeNull();
        return (await fetch(`http://${address}/healthz`).catch(() => null))?.status;
      },
      { timeout: 60_000 },
    )
    .toBe(200);
  return server;
}

async function stop(server: ChildProcess) {
  const gone = new Promise((done) => server.once("exit", done));
  server.kill();
  await gone;
}

test("a breached SLO gets a looser target, and the next week does not ask again", async ({ page }) => {
  test.setTimeout(180_000);
  const [address, folder] = [`127.0.0.1:${await freePort()}`, mkdtempSync(join(tmpdir(), "teirei-proposal-"))];
  const [site, data] = [`http://${address}`, join(folder, "data")];
  const database = `sqlite:${join(data, "teirei.db")}`;
  const teirei = (today: string, ...parameters: string[]) =>
    execFileSync(PROGRAM, ["--database", database, "--today", today, ...parameters], { encoding: "utf8", stdio: "pipe" });
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  let server = await start(address, ["demo", "--listen", address, "--today", "2026-11-23", "--data", data]);
  try {
    teirei("2026-11-23", "import", "terraform", file("state.json", JSON.stringify(STATE)));

    // The product manager opens a breached SLO and proposes a looser target.
    await page.goto(`${site}/objectives?week=2026-W47&lang=en`);
    await page.locator(`#objective-${OBJECTIVE} a`).first().click();
    await expect(page.locator("p.answer")).toContainText("The error budget is used up");
    await page.locator("#definition a", { hasText: "Propose another target" }).click();
    await page.locator("#try [name=target]").fill("98");
    await page.locator("#try [name=window]").selectOption("30d");
    await page.locator("#try button").click();
    await expect(page.locator("#tested")).toContainText("in force (99.5%, 28 days)");
    await expect(page.locator("#tested")).toContainText("proposed (98%, 30 days)");
    await page.locator("#submit [name=reason]").fill("Users are content with less");
    await page.locator("#submit button[value=submitted]").click();
    await expect(page.locator("h1")).toContainText("waits for approval");

    // The SRE uploads the file beside it: one of several instances is not guessed at, the block is there to copy.
    await page.locator("#carry input[name=path]").fill("slo/main.tf");
    await page.locator("#carry input[type=file][accept='.tf']").setInputFiles(file("each.tf", MAIN.replace("name", "for_each = var.regions\n  name")));
    await page.locator("#carry form[action$=patch] button").click();
    await expect(page.locator("#patch-1")).toContainText("for_each or count");
    await expect(page.locator("#patch-1")).toContainText("target    = 98");
    await expect(page.locator("#carry input[name=path]")).toHaveValue("slo/main.tf");
    await page.locator("#carry input[type=file][accept='.tf']").setInputFiles(file("main.tf", MAIN));
    await page.locator("#carry form[action$=patch] button").click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator("#patch-2 a[download]").click(),
    ]);
    const patch = join(folder, "change.patch");
    await download.saveAs(patch);
    const work = join(folder, "repository");
    execFileSync("mkdir", ["-p", join(work, "slo")]);
    execFileSync("git", ["init", "-q"], { cwd: work });
    writeFileSync(join(work, "slo/main.tf"), MAIN);
    execFileSync("git", ["apply", patch], { cwd: work });
    const changed = execFileSync("cat", [join(work, "slo/main.tf")], { encoding: "utf8" });
    expect(changed).toBe(MAIN.replace("= 99.5 #", "= 98 #"));
    await page.locator("#decide [name=reason]").fill("Agreed in the meeting");
    await page.locator("#decide button[value=approved]").click();
    await expect(page.locator("h1")).toContainText("approved, not in force yet");
    const proposal = page.url();

    // The source carries it; the import says so, and the page.
    const all = teirei("2026-11-23", "export", "objectives").split("---\n");
    const number = new URL(proposal).searchParams.get("number");
    const answer = await page.request.get(`${site}/objectives/${OBJECTIVE}/proposal/openslo.yaml?number=${number}`);
    const proposed = await answer.text();
    const definitions = await Promise.all(
      all.map(async (text) => {
        const id = /^ {2}name: "(.*)"$/m.exec(text)![1];
        const known = await (await page.request.get(`${site}/objectives/${id}.json`)).json();
        return { text: id === OBJECTIVE ? proposed : text, source: known.versions[0].source as string, id };
      }),
    );
    const source = definitions.find(({ id }) => id === OBJECTIVE)!.source;
    const theirs = definitions.filter((one) => one.source === source).map(({ text }) => text);
    const said = teirei("2026-11-23", "import", "objectives", "--strict", "--source", source, file("slos.yaml", theirs.join("---\n")));
    expect(said).toContain("1 proposals carried and closed");
    await page.goto(`${proposal}&lang=en`);
    await expect(page.locator("h1")).toContainText("in force");
    await expect(page.locator("#decide")).toHaveCount(0);

    // The review is held, in three fields of one form.
    const began = Date.now();
    await page.goto(`${site}/objectives/reviews?lang=en`);
    await page.locator(`#reviews tr#objective-${OBJECTIVE} a`).first().click();
    await page.locator("#reasons form [name=decision]").first().selectOption("loosen");
    await page.locator("#reasons form [name=note]").first().fill("As proposed");
    await page.locator("#reasons .assess form > button").click();
    await expect(page.locator("#reasons .said").first()).toContainText("As proposed");
    expect(Date.now() - began).toBeLessThan(60_000);

    // A calm week later neither the queue nor the meeting's page lists it.
    await stop(server);
    const days = [23, 24, 25, 26, 27, 28, 29].map((day) => {
      return `${OBJECTIVE},2026-11-${day}T00:00:00+09:00,2026-11-${day + 1}T00:00:00+09:00,13960,14000,1440,1440`;
    });
    const counts = ["slo,period_start,period_end,good,total,samples_seen,samples_expected", ...days].join("\n");
    teirei("2026-11-30", "import", "slis", "--source", source, file("counts.csv", `${counts}\n`));
    server = await start(address, ["--database", database, "--today", "2026-11-30", "serve", "--listen", address]);
    await page.goto(`${site}/objectives/reviews?lang=en`);
    await expect(page.locator(`#settled tr#objective-${OBJECTIVE}`)).toHaveCount(1);
    await page.goto(`${site}/reviews/2026-W48?lang=en`);
    await expect(page.locator("#objectives")).toBeVisible();
    await expect(page.locator(`#reviews-due a[href*="${OBJECTIVE}"]`)).toHaveCount(0);
  } finally {
    await stop(server);
    rmSync(folder, { recursive: true, force: true });
  }
});
