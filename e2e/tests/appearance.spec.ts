import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { states } from "../support/states.ts";
import { expect, test } from "../support/test.ts";

const looks = [
  { name: "light", colorScheme: "light" },
  { name: "dark", colorScheme: "dark" },
  { name: "forced colours", colorScheme: "light", forcedColors: "active" },
] as const;

for (const [state, reach] of Object.entries(states)) {
  test(`${state}: axe finds nothing, nothing scrolls sideways, in every look and width`, async ({
    tokenPage,
    watched,
  }, testInfo) => {
    watched.expectedErrors.push(/status of 403/);
    const { page } = tokenPage;
    await page.emulateMedia({ reducedMotion: "reduce" });
    await reach(tokenPage);
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      for (const { name, ...media } of looks) {
        await page.emulateMedia({ forcedColors: "none", ...media });
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 120))])).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        // Kept beside the reports, to be looked at by a person.
        const file = `${state} ${width} ${name}.png`.replaceAll(" ", "-");
        await page.screenshot({ path: join(testInfo.project.outputDir, "pictures", file), fullPage: true });
      }
    }
  });
}
