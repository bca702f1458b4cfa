// For tests with calls: makes Microsoft's call hosts unreachable on every machine.
import type { BrowserContext, Page, Request } from "@playwright/test";

const callHosts =
  /^https?:\/\/([\w.-]+\.)?(communication\.microsoft\.com|skype\.com|communication\.azure\.com|teams\.microsoft\.com|events\.data\.microsoft\.com|office\.net)(:\d+)?\//;

/** Decides whether pages believe that the computer has a network. The Calling SDK asks for it too. */
export async function pretendNetwork(target: BrowserContext | Page): Promise<void> {
  await target.addInitScript(() => {
    let isOnline = true;
    Object.defineProperty(Navigator.prototype, "onLine", { get: () => isOnline });
    addEventListener("offline", () => {
      isOnline = false;
    });
    addEventListener("online", () => {
      isOnline = true;
    });
  });
}

/** Aborts every request to Microsoft's call hosts. The computer itself has a network, whatever the machine of the test has. */
export async function cutOffTeams(context: BrowserContext): Promise<void> {
  await pretendNetwork(context);
  await context.route(callHosts, (route) => route.abort("internetdisconnected"));
  await context.routeWebSocket(/^wss:\/\/[\w.-]+\.(skype|communication\.microsoft)\.com/, (socket) => socket.close());
}

/** True for the chunk with Microsoft's Calling SDK. */
export const isCallingChunk = (request: Request) => /\/assets\/microsoft-sdk-[\w-]+\.js$/.test(request.url());
