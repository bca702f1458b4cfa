// For tests with calls: makes Microsoft's call hosts unreachable on every machine.
import type { BrowserContext, Request } from "@playwright/test";

const callHosts =
  /^https?:\/\/([\w.-]+\.)?(communication\.microsoft\.com|skype\.com|communication\.azure\.com|teams\.microsoft\.com|events\.data\.microsoft\.com|office\.net)(:\d+)?\//;

/** Aborts every request to Microsoft's call hosts. */
export async function cutOffTeams(context: BrowserContext): Promise<void> {
  await context.route(callHosts, (route) => route.abort("internetdisconnected"));
  await context.routeWebSocket(/^wss:\/\/[\w.-]+\.(skype|communication\.microsoft)\.com/, (socket) => socket.close());
}

/** True for the chunk with Microsoft's Calling SDK. */
export const isCallingChunk = (request: Request) => /\/assets\/microsoft-sdk-[\w-]+\.js$/.test(request.url());
