import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const ROOT = resolve(import.meta.dirname, "../..");
const PROGRAM = join(ROOT, "target/debug/teirei");

/** A port that nobody has. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((ready) => probe.listen(0, "127.0.0.1", ready));
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return port;
}

/** A company of its own, with a server and a database that no other story reads. */
export class House {
  readonly folder: string;
  readonly data: string;
  readonly database: string;
  site = "";
  private address?: string;
  private server?: ChildProcess;

  constructor(name: string) {
    this.folder = mkdtempSync(join(tmpdir(), `teirei-${name}-`));
    this.data = join(this.folder, "data");
    this.database = `sqlite:${join(this.data, "teirei.db")}`;
  }

  /** Starts `demo`, which furnishes an empty database, on a day at 10:00 in Tokyo. */
  async demo(today: string) {
    await this.start(["demo", "--data", this.data, "--today", today]);
  }

  /** Starts `serve` with a configuration, on a day or now. */
  async serve(today: string | undefined, config: string) {
    const day = today === undefined ? [] : ["--today", today];
    await this.start(["serve", "--config", config, "--database", this.database, ...day]);
  }

  /** Chooses where the server will be, for a configuration that names the place; it stays there. */
  async place(): Promise<string> {
    this.address = `127.0.0.1:${await freePort()}`;
    this.site = `http://${this.address}`;
    return this.site;
  }

  /** Runs a command on the database that reads a line. */
  say(line: string, ...parameters: string[]) {
    execFileSync(PROGRAM, ["--database", this.database, ...parameters], { input: `${line}\n`, stdio: "pipe" });
  }

  /** Runs a command on the database. */
  run(...parameters: string[]): string {
    return execFileSync(PROGRAM, ["--database", this.database, ...parameters], { stdio: "pipe" }).toString();
  }

  /** A server that answers; one that ended says why. */
  private async start(parameters: string[]) {
    await this.stop();
    const address = this.address ?? `127.0.0.1:${await freePort()}`;
    this.site = `http://${address}`;
    const server = spawn(PROGRAM, [...parameters, "--listen", address], { cwd: ROOT, stdio: ["ignore", "ignore", "pipe"] });
    this.server = server;
    let said = "";
    server.stderr?.on("data", (text: Buffer) => (said += text.toString()));
    await expect
      .poll(
        async () => {
          expect(server.exitCode, said).toBeNull();
          return (await fetch(`${this.site}/healthz`).catch(() => null))?.status;
        },
        { timeout: 60_000 },
      )
      .toBe(200);
  }

  async stop() {
    const server = this.server;
    this.server = undefined;
    if (server === undefined || server.exitCode !== null) return;
    const gone = new Promise((done) => server.once("exit", done));
    server.kill();
    await gone;
  }

  /** Stops the server and removes what it kept. */
  async leave() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Axe runs as a script of the page, so only where scripts run. */
export async function clean(page: Page, project: string) {
  if (project !== "with JavaScript") return;
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, help }) => `${id}: ${help}`)).toEqual([]);
}
