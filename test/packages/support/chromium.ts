// Chromium for the tests of this folder, if the machine has one.
import { existsSync } from "node:fs";
import { type Browser, chromium } from "@playwright/test";

const places = [
  process.env["CHROMIUM_PATH"],
  "/usr/lib/chromium/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  chromium.executablePath(),
];
const executablePath = places.find((path) => path && existsSync(path));

/** Why a test that needs a browser is skipped. In CI it fails instead. */
export const noChromium =
  executablePath === undefined && !process.env["CI"]
    ? "No Chromium was found. Set CHROMIUM_PATH to its path."
    : undefined;

/** @param mapHosts such as `localhost:3000 127.0.0.1:41234`: pages reach the second address under the name of the first */
export function launchChromium(mapHosts?: string): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath ?? chromium.executablePath(),
    args: [
      "--no-sandbox",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-quic",
      "--no-first-run",
      ...(mapHosts === undefined ? [] : [`--host-resolver-rules=MAP ${mapHosts}`]),
    ],
  });
}
