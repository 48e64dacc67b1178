import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { inLanguage, islandsAlive, KINDS, themeSet } from "./pages";

for (const { name, path, status = 200 } of KINDS) {
  for (const theme of ["light", "dark"] as const) {
    for (const language of ["ja", "en"] as const) {
      for (const width of [1440, 390]) {
        test(`${name}, ${theme}, ${language}, ${width} px`, async ({ page, context, baseURL }) => {
          await page.setViewportSize({ width, height: 900 });
          await themeSet(context, baseURL!, theme);
          const answer = await page.goto(inLanguage(path, language));
          expect(answer?.status()).toBe(status);
          await expect(page.locator("html")).toHaveAttribute("lang", language);
          await islandsAlive(page);

          const { violations } = await new AxeBuilder({ page }).analyze();
          const found = violations.flatMap(({ id, help, nodes }) =>
            nodes.map((node) => `${id}: ${help}: ${node.target.join(" ")}`),
          );
          expect(found).toEqual([]);

          const overflow = await page.evaluate(() => {
            const { scrollWidth, clientWidth } = document.documentElement;
            return scrollWidth - clientWidth;
          });
          expect(overflow, "the page scrolls sideways").toBeLessThanOrEqual(0);
        });
      }
    }
  }
}
