// Pages in Chromium that use the calling module as an app does, with fake cameras and microphones and without a network.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { MicrosoftTeamsUserIdentifier } from "@azure/communication-common";
import { type Browser, chromium, type JSHandle, type Page } from "playwright-core";
import { rolldown } from "rolldown";
import type * as Sdk from "../src/calling-sdk/index.ts";
import type { Emulator } from "../src/start-emulator.ts";
import { acsToken } from "./calling-client.ts";
import { chromiumPath, patienceMs } from "./chromium.ts";

const entry = fileURLToPath(new URL("../src/calling-sdk/index.ts", import.meta.url));

/** The module as one minified chunk, as a bundler makes it. */
export async function bundleCallingModule(): Promise<string> {
  const bundle = await rolldown({ input: entry });
  const { output } = await bundle.generate({ format: "esm", minify: true, comments: false });
  await bundle.close();
  if (output.length !== 1) throw new Error(`the module has ${output.length} chunks`);
  return output[0].code;
}

/** Serves calling-page.html with the module, on a free port of http://localhost. */
export async function serveCallingPage(): Promise<{ origin: string; close(): void }> {
  const code = await bundleCallingModule();
  const page = await readFile(new URL("calling-page.html", import.meta.url));
  const server = createServer((request, response) => {
    if (request.url === "/calling.js") response.setHeader("content-type", "text/javascript").end(code);
    else response.setHeader("content-type", "text/html").end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { origin: `http://localhost:${(server.address() as AddressInfo).port}`, close };
}

/** Chromium with a fake camera that shows a moving picture, and a fake microphone that beeps. */
export function launchCallingBrowser(): Promise<Browser> {
  const executablePath = chromiumPath();
  return chromium.launch({
    args: [
      "--no-sandbox",
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream=device-count=3,fps=10",
      "--autoplay-policy=no-user-gesture-required",
      "--disable-features=WebRtcHideLocalIpsWithMdns",
      "--allow-loopback-in-peer-connection",
      "--disable-background-networking",
      "--disable-renderer-backgrounding",
      "--disable-backgrounding-occluded-windows",
      "--disable-background-timer-throttling",
      "--no-first-run",
    ],
    ...(executablePath === undefined ? {} : { executablePath }),
  });
}

type Locator = { meetingLink: string } | { meetingId: string; passcode?: string };

/** The app in calling-page.html. */
export interface CallingApp {
  sdk: typeof Sdk;
  sent(): string[];
  open(): { tracks: number; peers: number };
  client: Sdk.CallClient;
  agent: Sdk.TeamsCallAgent;
  devices: Sdk.DeviceManager;
  camera: Sdk.LocalVideoStream;
  call: Sdk.TeamsCall;
  incoming: Sdk.TeamsIncomingCall | undefined;
  ringEnd: Sdk.CallEndReason | undefined;
  tokens: { token: string };
  renewed: number;
  /** The states of the latest call, in order. */
  states: Sdk.CallState[];
  participantStates: string[];
  events: string[];
  connections: [Sdk.ConnectionState, Sdk.ConnectionStateChangedReason | undefined][];
  /** Objects by type, with their methods. */
  objects: Record<string, object & Partial<Record<string, (...args: unknown[]) => unknown>>>;
  credential(token: string): Parameters<Sdk.CallClient["createTeamsCallAgent"]>[0];
  connect(service: string, token: string): Promise<void>;
  watch(call: Sdk.TeamsCall): void;
  join(locator: Locator, camera: boolean): Promise<void>;
  start(callees: MicrosoftTeamsUserIdentifier[], camera: boolean): Promise<void>;
  accept(camera: boolean): Promise<void>;
  moves(stream: Sdk.RemoteVideoStream | Sdk.LocalVideoStream): Promise<Sdk.StreamSize>;
}

/** A page with the app. */
export interface Caller {
  readonly page: Page;
  /** Runs a function in the page. It cannot use variables from outside; pass one value as an argument. */
  run<Result>(fn: (app: CallingApp) => Result | Promise<Result>): Promise<Result>;
  run<Result, Arg>(fn: (app: CallingApp, arg: Arg) => Result | Promise<Result>, arg: Arg): Promise<Result>;
  /** Waits until a condition in the page is true. */
  until(condition: (app: CallingApp) => unknown): Promise<void>;
  close(): Promise<void>;
}

/** Opens the app in a browser of its own, signed in to nothing. */
export async function openCaller(browser: Browser, origin: string): Promise<Caller> {
  // Without a network, Chromium offers the loopback address for media only to pages that may use the camera.
  const context = await browser.newContext({ permissions: ["camera", "microphone"] });
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(origin);
  await page.waitForFunction("globalThis.app");
  const app = () => page.evaluateHandle("app") as Promise<JSHandle<CallingApp>>;
  return {
    page,
    run: async (fn: (app: CallingApp, arg: never) => unknown, arg?: unknown) =>
      (await app()).evaluate(fn as never, arg as never) as never,
    until: async (condition) => void (await page.waitForFunction(condition as never, await app())),
    async close() {
      await context.close();
      if (errors.length > 0) throw new Error(`errors in the page: ${errors.join("; ")}`);
    },
  };
}

/** Opens the app and connects a Teams user. */
export async function connectCaller(
  browser: Browser,
  origin: string,
  emulator: Emulator,
  user: string,
): Promise<Caller> {
  const [caller, token] = await Promise.all([openCaller(browser, origin), acsToken(emulator, user)]);
  await caller.run((app, [service, first]) => app.connect(service, first), [emulator.origin, token] as const);
  return caller;
}
