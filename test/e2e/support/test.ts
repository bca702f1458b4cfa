// The test function of all specs. Each test gets a separate deployment and a watch over its pages.
import { test as base } from "@playwright/test";
import { type Deployment, deploy } from "./deployment.ts";
import { TokenPage } from "./token-page.ts";
import { type Watch, watch } from "./watch.ts";

export interface Fixtures {
  /** Whether server and page use the emulator's clock, which only the test moves. */
  readonly clockOfEmulator: boolean;
  /** Whether the direct exchange of Teams Phone Extensibility is offered. */
  readonly teamsPhone: boolean;
  /** Which calling service the page uses. */
  readonly calling: "azure" | "emulator";
  readonly deployment: Deployment;
  readonly watched: Watch;
  /** The page of the product, opened. */
  readonly tokenPage: TokenPage;
}

export const test = base.extend<Fixtures>({
  clockOfEmulator: [false, { option: true }],
  teamsPhone: [false, { option: true }],
  calling: ["emulator", { option: true }],
  deployment: async ({ clockOfEmulator, teamsPhone, calling }, use) => {
    const deployment = await deploy({ clockOfEmulator, teamsPhone, calling });
    await use(deployment);
    await deployment.close();
  },
  watched: [
    // Depends on the deployment, so that the deployment stops last. A request that its end cuts off is not an error of the page.
    async ({ context, deployment: _deployment }, use) => {
      const watched = watch(context);
      await use(watched);
      await watched.check();
    },
    { auto: true },
  ],
  tokenPage: async ({ page, deployment, clockOfEmulator }, use) => {
    if (clockOfEmulator) await page.clock.install({ time: deployment.emulator.clock.now() });
    const tokenPage = new TokenPage(page, deployment);
    await tokenPage.open();
    await use(tokenPage);
  },
});

export { expect } from "@playwright/test";
