import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

// The browser in CHROMIUM_PATH, the system's, or the one that Playwright has installed.
const installed = ["/usr/lib/chromium/chromium-headless-shell", "/usr/bin/chromium"];
const executablePath = [process.env["CHROMIUM_PATH"], ...installed].find((path) => path && existsSync(path));
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  fullyParallel: true,
  workers: 2,
  // A busy machine may be ten times slower than a quiet one. These only limit how long a failing test takes.
  timeout: 300_000,
  expect: { timeout: 100_000 },
  forbidOnly: Boolean(process.env["CI"]),
  // A test that passes only the second time counts as failed, because the page or the test has a race.
  retries: 0,
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    // A failure shows the page as it was, and the report has its elements. A trace also has every step, but writing traces of
    // all tests takes a tenth of the processor time, so only TRACE=1 writes them. Video would take a third of the time.
    trace: process.env["TRACE"] ? { mode: "retain-on-failure", snapshots: true, screenshots: false } : "off",
    screenshot: "only-on-failure",
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        // Chromium's sandbox refuses to run as root, as CI containers often do.
        ...(isRoot ? ["--no-sandbox"] : []),
        // The tests use only this machine's network.
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
        "--no-first-run",
        // Media between two pages, also on a machine without a network.
        "--allow-loopback-in-peer-connection",
        "--use-fake-ui-for-media-stream",
        // Every picture of a camera is encoded and decoded on the same small machine. A moving one needs only a few per second.
        "--use-fake-device-for-media-stream=device-count=2,fps=5",
      ],
    },
  },
});
