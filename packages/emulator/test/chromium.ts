// Starts Chromium for the suites that need a browser: the installed one, or the one from Playwright.
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const installed = [
  "/usr/lib/chromium/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

const quiet = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
];

/** The installed browser; undefined for the one from Playwright. */
export const chromiumPath = (): string | undefined =>
  process.env["CHROMIUM_PATH"] ?? installed.find((path) => existsSync(path));

/** How long pages of tests wait for something. It only limits how long a failing test takes, on a slow machine too. */
export const patienceMs = 150_000;

/** @throws Error if there is no Chromium */
export function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  return chromium.launch({ args: quiet, ...(executablePath === undefined ? {} : { executablePath }) });
}
