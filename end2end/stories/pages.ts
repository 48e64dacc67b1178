import type { BrowserContext, Page } from "@playwright/test";

/** The last ISO week that has ended on the stories' clock, 2026-11-23 in Tokyo. */
export const WEEK = "2026-W47";
export const WEEK_BEFORE = "2026-W46";

/** A kind of page and where one of it is. `status` is what the server answers. */
export type Kind = { name: string; path: string; status?: number };

export const KINDS: Kind[] = [
  { name: "review", path: `/reviews/${WEEK}` },
  { name: "present", path: `/reviews/${WEEK}?view=present` },
  { name: "review with notes", path: `/reviews/${WEEK_BEFORE}` },
  { name: "notes", path: `/reviews/${WEEK_BEFORE}/notes` },
  { name: "note", path: `/reviews/${WEEK_BEFORE}/notes/cost` },
  { name: "note not begun", path: `/reviews/${WEEK_BEFORE}/notes/summary` },
  { name: "product", path: `/products/telemed?week=${WEEK}` },
  { name: "product cost", path: `/products/telemed/cost?week=${WEEK}` },
  { name: "product cost resources", path: `/products/telemed/cost?week=${WEEK}&service=Aurora` },
  { name: "objectives", path: "/objectives" },
  { name: "objective", path: `/objectives/telemed-video-connect?week=${WEEK}` },
  {
    name: "objective proposal",
    path: "/objectives/telemed-video-connect/proposal?target=98.5&window=30d",
  },
  { name: "objective queue", path: "/objectives/reviews" },
  { name: "incidents", path: "/incidents" },
  { name: "product incidents", path: `/products/telemed/incidents?week=${WEEK}&period=week&uncounted=1` },
  { name: "incident", path: "/incidents/pagerduty~118" },
  { name: "incident previewed", path: "/incidents/pagerduty~118?do=preview&impact_fraction=20" },
  { name: "incident merged", path: "/incidents/pagerduty~111" },
  { name: "incident suggested", path: "/incidents/pagerduty~110" },
  { name: "actions", path: "/actions" },
  { name: "action", path: "/actions/1" },
  { name: "action refused", path: "/actions/1?problem=conflict&step=drop&note=late&seen=0", status: 409 },
  { name: "topics", path: "/topics" },
  { name: "topic", path: "/topics/2" },
  { name: "topic refused", path: "/topics/3?problem=conflict&of=settle&step=drop&note=late&seen=0", status: 409 },
  { name: "decision", path: "/decisions/2" },
  { name: "postmortems", path: "/incidents/postmortems" },
  { name: "postmortem", path: "/incidents/pagerduty~118/postmortem" },
  { name: "postmortem not begun", path: "/incidents/pagerduty~121/postmortem" },
  { name: "incident handbook", path: "/incidents/handbook" },
  { name: "imports", path: "/imports" },
  { name: "restatements", path: "/imports/restatements?since=7d" },
  { name: "catalogue", path: "/catalog" },
  { name: "catalogue products", path: "/catalog/products" },
  { name: "catalogue accounts", path: "/catalog/accounts" },
  { name: "catalogue rules", path: "/catalog/rules" },
  { name: "catalogue pools", path: "/catalog/pools" },
  { name: "catalogue policies", path: "/catalog/policies?key=telemed" },
  { name: "catalogue maintenance", path: "/catalog/maintenance" },
  { name: "catalogue budgets", path: "/catalog/budgets" },
  { name: "catalogue rates", path: "/catalog/rates" },
  { name: "catalogue usage", path: "/catalog/usage?series=active-users" },
  { name: "products", path: "/products" },
  { name: "product group", path: "/products?group=Care" },
  { name: "archive searched", path: "/reviews?q=Redshift" },
  { name: "archive finds nothing", path: "/reviews?q=nothing-of-that-kind" },
  { name: "two weeks", path: `/reviews/compare?from=${WEEK_BEFORE}&to=${WEEK}` },
  { name: "reviews archive", path: "/reviews" },
  { name: "four weeks", path: `/reviews/four-weeks/${WEEK}` },
  { name: "quarter", path: "/reviews/quarter/2026-Q4" },
  { name: "checklists", path: "/products/telemed/checklists" },
  {
    name: "checklist refused",
    path: "/products/erx/checklists?problem=reason&of=production-readiness-runbook&state=not-applicable",
  },
  { name: "sign in", path: "/sign-in" },
  { name: "people", path: "/admin/users" },
  { name: "service tokens", path: "/admin/tokens" },
  { name: "audit", path: "/admin/audit?act=export" },
  { name: "share links", path: `/shares?week=${WEEK}&product=telemed` },
  { name: "share refused", path: "/shares?problem=days&days=91", status: 400 },
  { name: "week without a meeting", path: `/reviews/${WEEK}/skip` },
  { name: "digest", path: `/reviews/${WEEK}/digest` },
  { name: "error", path: "/no/such/page", status: 404 },
  { name: "empty", path: "/reviews/2020-W10" },
];

/** `path` with the language in its query. */
export function inLanguage(path: string, language: "ja" | "en"): string {
  return `${path}${path.includes("?") ? "&" : "?"}lang=${language}`;
}

export async function themeSet(context: BrowserContext, baseURL: string, theme: "light" | "dark") {
  await context.addCookies([{ name: "theme", value: theme, url: baseURL }]);
}

/** Waits until the page's islands, if it has any, are alive. */
export async function islandsAlive(page: Page) {
  if (await page.locator("leptos-island").count()) {
    await page.locator("html[data-islands=alive]").waitFor({ state: "attached" });
  }
}
