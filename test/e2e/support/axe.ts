// Runs axe on a page. The tested pages have no frames, so axe runs only in the page itself.
import { expect, type Page } from "@playwright/test";
import axe from "axe-core";

/** Expects that axe finds nothing on the page. */
export async function expectAccessible(page: Page): Promise<void> {
  expect(page.frames()).toHaveLength(1);
  // Injected through the debugger, which a content security policy does not stop. It stays until the page is left.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
    const results = await axe.run(document, { resultTypes: ["violations"] });
    return results.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 120))]);
  });
  expect(violations).toEqual([]);
}
