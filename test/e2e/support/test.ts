// The test function of all specs: a deployment of its own for each test, and a watch over its pages.
import { test as base } from "@playwright/test";
import { type Deployment, deploy } from "./deployment.ts";
import { TokenPage } from "./token-page.ts";
import { type Watch, watch } from "./watch.ts";

interface Fixtures {
  /** Whether server and page live by the emulator's clock, which then moves only when the test moves it. */
  readonly clockOfEmulator: boolean;
  /** Whether the direct exchange of Teams Phone Extensibility is offered. */
  readonly teamsPhone: boolean;
  readonly deployment: Deployment;
  readonly watched: Watch;
  /** The page of the product, opened. */
  readonly tokenPage: TokenPage;
}

export const test = base.extend<Fixtures>({
  clockOfEmulator: [false, { option: true }],
  teamsPhone: [false, { option: true }],
  deployment: async ({ clockOfEmulator, teamsPhone }, use) => {
    const deployment = await deploy({ clockOfEmulator, teamsPhone });
    await use(deployment);
    await deployment.close();
  },
  watched: [
    // With the deployment, so that it ends later: a request cut off by its end is no error of the page.
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
