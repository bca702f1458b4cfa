import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expectAccessible } from "../support/axe.ts";
import { states } from "../support/states.ts";
import { expect, test } from "../support/test.ts";

const looks = [
  { name: "light", background: "#ffffff", media: { colorScheme: "light", forcedColors: "none" } },
  { name: "dark", background: "#292929", media: { colorScheme: "dark", forcedColors: "none" } },
  { name: "forced colours", background: "#ffffff", media: { colorScheme: "light", forcedColors: "active" } },
] as const;

/** Waits until the page shows the look: its theme is set and every transition has ended. */
async function expectPainted(page: Page, background: string): Promise<void> {
  await expect(page.locator("#root > *").first()).toHaveCSS("--colorNeutralBackground1", background);
  await page.evaluate(() => {
    const transitions = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    return Promise.allSettled(transitions.map(({ finished }) => finished)).then(() => undefined);
  });
}

for (const [state, reach] of Object.entries(states)) {
  test(`${state}: axe finds no violation and nothing scrolls sideways, in every look and width`, async ({
    tokenPage,
    watched,
  }, testInfo) => {
    watched.expectedErrors.push(/status of 403/);
    const { page } = tokenPage;
    await page.emulateMedia({ reducedMotion: "reduce" });
    await reach(tokenPage);
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      for (const { name, background, media } of looks) {
        await page.emulateMedia(media);
        await expectPainted(page, background);
        await expectAccessible(page);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        // Next to the reports, so that people can look at them.
        const file = `${state} ${width} ${name}.png`.replaceAll(" ", "-");
        const path = join(testInfo.project.outputDir, "pictures", file);
        if (process.env["PICTURES"]) await page.screenshot({ path, fullPage: true });
      }
    }
  });
}
