import { defineConfig } from "@playwright/test";

// The server is the built binary with demo data and a fixed clock; `make stories` chooses the port and
// the data folder, and removes the folder afterwards.
const address = `127.0.0.1:${process.env.STORIES_PORT ?? "3917"}`;
const data = process.env.STORIES_DATA ?? "end2end/results/data";

/** Stories that hold with and without JavaScript. */
const READING = [
  "**/review.spec.ts",
  "**/freeze.spec.ts",
  "**/answer.spec.ts",
  "**/catalogue.spec.ts",
  "**/product-cost.spec.ts",
  "**/incidents.spec.ts",
  "**/objective.spec.ts",
  "**/proposal.spec.ts",
  "**/proposal-carried.spec.ts",
  "**/postmortem.spec.ts",
  "**/incident.spec.ts",
  "**/actions.spec.ts",
  "**/topics.spec.ts",
  "**/archive.spec.ts",
  "**/share.spec.ts",
  "**/calendar.spec.ts",
  "**/sign-in.spec.ts",
];

export default defineConfig({
  testDir: "stories",
  outputDir: "results",
  snapshotPathTemplate: "{testDir}/snapshots/{arg}{ext}",
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  workers: 2,
  timeout: 60_000,
  reporter: [["list"]],
  use: {
    baseURL: `http://${address}`,
    locale: "en-GB",
    timezoneId: "America/New_York", // pages print the organisation's zone, never the reader's
    viewport: { width: 1440, height: 900 },
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      chromiumSandbox: false,
      args: [
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    { name: "with JavaScript", testMatch: READING },
    { name: "without JavaScript", testMatch: READING, use: { javaScriptEnabled: false } },
    { name: "pages", testIgnore: READING },
  ],
  webServer: {
    command: `target/debug/teirei demo --listen ${address} --today 2026-11-23 --data "${data}"`,
    cwd: "..",
    url: `http://${address}/healthz`,
    reuseExistingServer: false,
    timeout: 60_000,
    stdout: "ignore",
    stderr: "pipe",
  },
});
