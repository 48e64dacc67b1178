import { expect, test } from "@playwright/test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { House, clean } from "./house";
import { inLanguage, islandsAlive, themeSet } from "./pages";

/** How much there is: a young company, a small one on a very bad week, a large one. */
const COMPANIES = [
  { name: "nothing", products: 0, incidents: 0 },
  { name: "one product and no incident", products: 1, incidents: 0 },
  { name: "one product and 200 incidents", products: 1, incidents: 200 },
  { name: "60 products and 200 incidents", products: 60, incidents: 200 },
];

const WEEK = "2026-W47";
const NAMES = ["オンライン診療", "処方箋・服薬指導", "Telemedicine for occupational physicians and clinics", "検査", "健康診断予約ポータル"];
const SERVICES = ["Amazon Elastic Compute Cloud", "Amazon Relational Database Service", "AmazonCloudWatch"];

const slug = (product: number) => `product-${String(product).padStart(2, "0")}`;
const account = (product: number) => String(300000000000 + product);
const day = (number: number) => new Date(Date.UTC(2026, 10, 2) + number * 86_400_000).toISOString().slice(0, 10);

function catalogue(products: number): string {
  const lines = ["[organization]", 'name = "みらい総合ヘルスケアホールディングス"', 'reporting_currency = "JPY"'];
  lines.push("[[rate]]", 'from = "USD"', 'to = "JPY"', 'month = "2026-11"', 'policy = "previous-month-end"');
  lines.push('rate = "152.25"', "date = 2026-10-31", 'source = "bank"');
  for (let one = 0; one < products; one += 1) {
    lines.push("[[product]]", `slug = "${slug(one)}"`, `name = "${NAMES[one % NAMES.length]} ${one + 1}"`);
    lines.push(`group = "第${(one % 4) + 1}事業部"`, `tier = ${(one % 3) + 1}`);
    lines.push("[[account]]", `id = "${account(one)}"`, `product = "${slug(one)}"`, 'environment = "production"');
    lines.push("[[budget]]", `product = "${slug(one)}"`, 'month = "2026-11"', `amount = "${90_000 + one * 4_000}"`, 'currency = "JPY"');
  }
  return `${lines.join("\n")}\n`;
}

/** Three weeks of cost, a few services a product; every seventh product grows in the last week. */
function bill(products: number): string {
  const head =
    "BilledCost,EffectiveCost,ContractedCost,ListCost,ChargePeriodStart,ChargePeriodEnd,BillingPeriodStart,BillingPeriodEnd," +
    "BillingAccountId,BillingAccountName,BillingCurrency,ChargeCategory,ChargeClass,ChargeDescription,InvoiceIssuerName," +
    "PricingQuantity,PricingUnit,ProviderName,PublisherName,ServiceCategory,ServiceName,RegionId,SubAccountId,SubAccountName";
  const rows = [head];
  for (let number = 0; number < 21; number += 1) {
    for (let one = 0; one < products; one += 1) {
      SERVICES.forEach((service, index) => {
        const grown = one % 7 === 0 && number >= 14 ? 3 : 1;
        const amount = (((one + 1) * 3 + index * 5 + (number % 7)) * grown).toFixed(6);
        rows.push(
          `${amount},${amount},${amount},${amount},${day(number)}T00:00:00Z,${day(number + 1)}T00:00:00Z,2026-11-01T00:00:00Z,` +
            `2026-12-01T00:00:00Z,000022223333,Mirai,USD,Usage,,usage,AWS,1,Hours,AWS,AWS,Other,${service},ap-northeast-1,${account(one)},${slug(one)}`,
        );
      });
    }
  }
  return `${rows.join("\n")}\n`;
}

function incidents(count: number, products: number): string {
  const rows = ["source,external_id,title,product,severity,status,impact_start,detected_at,declared_at,mitigated_at,resolved_at,impact_fraction,customer_impact,updated_at"];
  for (let one = 0; one < count; one += 1) {
    const start = Date.UTC(2026, 10, 15, 15) + one * 48 * 60_000;
    const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString();
    const title = one % 3 ? `薬局への処方箋の送信が失敗し続けた(${one})` : `Calls cannot be joined from ${"the mobile application ".repeat(4)}${one}`;
    rows.push(
      `pager,INC-${one},${title},${slug(one % products)},SEV-${(one % 4) + 1},resolved,${at(0)},${at(3)},${at(4)},${at(25)},${at(40)},0.${(one % 9) + 1},true,${at(40)}`,
    );
  }
  return `${rows.join("\n")}\n`;
}

/** About 5,000 characters as people write them: paragraphs, a list, a long address, a long word without a space. */
const NOTE = [
  "## 今週の障害について",
  "処方箋の送信が止まった件は、証明書の更新を忘れていたためでした。再発を防ぐために、期限の三十日前に知らせる監視を加えます。".repeat(24),
  "- 監視を加える\n- 手順書を直す\n- https://wiki.example/" + "postmortem-".repeat(14),
  "あ".repeat(900),
  "W".repeat(400),
  "来週までに担当を決めます。".repeat(60),
]
  .join("\n\n")
  .slice(0, 5_000);

for (const { name, products, incidents: count } of COMPANIES) {
  test(`${name}: every page keeps its width and its order`, async ({ page, context }, info) => {
    test.setTimeout(300_000);
    const house = new House("extremes");
    try {
      const config = join(house.folder, "teirei.toml");
      const file = (named: string, text: string) => {
        const path = join(house.folder, named);
        writeFileSync(path, text);
        return path;
      };
      mkdirSync(house.data);
      writeFileSync(config, `[server]\nsite = "${join(import.meta.dirname, "../../target/site")}"\n`);
      if (products > 0) {
        house.run("catalog", "apply", file("catalogue.toml", catalogue(products)));
        house.run("--today", "2026-11-23", "import", "cost", file("bill.csv", bill(products)));
      }
      if (count > 0) house.run("--today", "2026-11-23", "import", "incidents", file("incidents.csv", incidents(count, products)));
      await house.serve("2026-11-23", config);
      const note = await page.request.post(`${house.site}/api/note`, {
        form: { week: WEEK, place: "cost", seen: "0", text: NOTE, do: "save" },
        headers: { "sec-fetch-site": "same-origin" },
      });
      expect(note.status(), await note.text()).toBe(200);
      const paths = [`/reviews/${WEEK}`, `/reviews/${WEEK}?view=present`, `/reviews/${WEEK}/notes/cost`, "/products", "/incidents", "/objectives", "/actions", "/topics", "/reviews"];
      if (products > 0) paths.push(`/products/${slug(0)}?week=${WEEK}`, `/products/${slug(0)}/cost?week=${WEEK}`);
      for (const theme of ["light", "dark"] as const) {
        await themeSet(context, house.site, theme);
        for (const width of [1440, 390]) {
          await page.setViewportSize({ width, height: 900 });
          // Of the lists, one theme is enough: they have no colours of their own.
          for (const path of paths.filter((one) => theme === "light" || /W47/.test(one))) {
            const answer = await page.goto(house.site + inLanguage(path, width === 390 ? "ja" : theme === "dark" ? "en" : "ja"));
            expect(answer?.status(), path).toBe(200);
            await islandsAlive(page);
            const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            expect(overflow, `${path} at ${width} px scrolls sideways`).toBeLessThanOrEqual(0);
            await clean(page, "with JavaScript");
            await page.screenshot({ path: info.outputPath(`${theme}-${width}-${path.replaceAll(/[^a-z0-9]+/gi, "-")}.png`), fullPage: true });
          }
        }
      }
    } finally {
      await house.leave();
    }
  });
}
