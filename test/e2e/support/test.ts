// The test function of all specs. Each test gets a separate server, an emulator in the state of its seed, and a watch over its
// pages. The tests of a worker share the emulator: starting one and making its keys takes longer than a reset.
import { test as base } from "@playwright/test";
import { startEmulator } from "@teams-token-exchange/emulator";
import { type Deployment, deploy, type Shared } from "./deployment.ts";
import { SignIns } from "./sign-ins.ts";
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

export const test = base.extend<Fixtures, { shared: Shared }>({
  shared: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from the pattern.
    async ({}, use) => {
      const emulator = await startEmulator();
      await use({ emulator, signIns: new SignIns(emulator), serverPort: 0 });
      await emulator.close();
    },
    { scope: "worker" },
  ],
  clockOfEmulator: [false, { option: true }],
  teamsPhone: [false, { option: true }],
  calling: ["emulator", { option: true }],
  deployment: async ({ clockOfEmulator, teamsPhone, calling, shared }, use) => {
    // A test that moves the clock or needs HTTPS has an emulator of its own.
    const own = clockOfEmulator || teamsPhone;
    const deployment = await deploy({ clockOfEmulator, teamsPhone, calling, ...(own ? {} : { shared }) });
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
