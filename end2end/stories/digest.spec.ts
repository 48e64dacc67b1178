import { expect, test } from "@playwright/test";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freeze } from "./freezing";
import { WEEK } from "./pages";

const built = (name: string) => fileURLToPath(new URL(`../../target/${name}`, import.meta.url));
const PROGRAM = built("debug/teirei");
const CATALOGUE = `
[organization]
name = "Company"
time_zone = "Asia/Tokyo"
language = "ja"
reporting_currency = "JPY"
[[product]]
slug = "telemed"
name = { ja = "オンライン診療", en = "Telemedicine" }
`;

/** A server of its own, with a chat that keeps what it is told. */
async function company() {
  const told: string[] = [];
  const chat = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      told.push(JSON.parse(body).text);
      response.end("ok");
    });
  });
  await new Promise<void>((ready) => chat.listen(0, "127.0.0.1", ready));
  const hook = `http://127.0.0.1:${(chat.address() as AddressInfo).port}/hook`;
  const folder = mkdtempSync(join(tmpdir(), "teirei-digest."));
  writeFileSync(join(folder, "catalogue.toml"), CATALOGUE);
  writeFileSync(
    join(folder, "teirei.toml"),
    `[server]\npublic_url = "https://teirei.example"\nsite = "${built("site")}"\n` +
      `[channels.sre]\nkind = "slack"\nurl = "${hook}"\ndigest = "on"\n`,
  );
  const today = ["--today", "2026-11-23"];
  execFileSync(PROGRAM, [...today, "catalog", "apply", "catalogue.toml"], { cwd: folder, stdio: "pipe" });
  const server = spawn(PROGRAM, [...today, "serve", "--listen", "127.0.0.1:0"], { cwd: folder });
  const address = await new Promise<string>((found, failed) => {
    let said = "";
    server.stdout.on("data", (part) => {
      said += part;
      const line = said.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (line) found(line[0]);
    });
    server.on("exit", () => failed(new Error(said)));
  });
  const close = () => {
    server.kill("SIGKILL");
    chat.close();
    rmSync(folder, { recursive: true });
  };
  return { address, told, close };
}

test("the chat hears of the week before the meeting and of its freeze after it, once each", async ({ page }) => {
  test.setTimeout(120_000);
  const { address, told, close } = await company();
  try {
    await expect.poll(() => told.length, { timeout: 45_000 }).toBe(1);
    expect(told[0]).toContain("準備ができました");
    await page.goto(`${address}/reviews/${WEEK}?lang=ja`);
    await page.locator("#freeze").getByRole("link", { name: /ダイジェスト/ }).click();
    await expect(page.locator("#ready")).toContainText("週次レビュー 2026年 第47週: 準備ができました");
    await expect(page.locator("#channels")).toContainText("sre");

    await page.goto(`${address}/reviews/${WEEK}?lang=ja`);
    await freeze(page, "定例");
    await expect(page.locator("#version-1")).toBeVisible();
    await expect.poll(() => told.length, { timeout: 45_000 }).toBe(2);
    expect(told[1]).toContain("週次レビュー 2026年 第47週: 凍結しました(版1)");
    await page.goto(`${address}/reviews/${WEEK}/digest?lang=en`);
    await expect(page.locator("#frozen")).toContainText("Weekly review, Week 47, 2026: frozen as version 1");
    await expect(page.locator("#channels").getByText("Sent")).toHaveCount(2);
  } finally {
    close();
  }
});
