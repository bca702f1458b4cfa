import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

// A browser named by the environment, the system's own, or the one that Playwright has installed.
const installed = ["/usr/lib/chromium/chromium-headless-shell", "/usr/bin/chromium"];
const executablePath = [process.env["CHROMIUM_PATH"], ...installed].find((path) => path && existsSync(path));
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  // Two browsers share a small machine with emulator and server; this only bounds how long a failing test takes.
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env["CI"]),
  // A test that passes the second time has failed: it says that page or test is racy.
  retries: 0,
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    // The trace of a failure has the page at every step; filming it as well would take a third of all the time.
    trace: { mode: "retain-on-failure", snapshots: true, screenshots: false },
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        // Chromium's sandbox refuses to run as root, as CI containers often do.
        ...(isRoot ? ["--no-sandbox"] : []),
        // The tests use no network but this machine's own.
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
        "--no-first-run",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
      ],
    },
  },
});
