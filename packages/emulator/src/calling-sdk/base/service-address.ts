// Where the emulated calling service is.

const address = { service: new URL("http://localhost:9400") };

/**
 * Tells the module where the emulator is. Call it before you create a call agent. The access token goes to this address only.
 * @param url address of the emulator, with `http:` or `https:`. Default: `http://localhost:9400`
 * @throws TypeError if it is not such an address
 * @example
 * useCallingService("http://localhost:9400");
 */
export function useCallingService(url: string): void {
  const service = URL.canParse(url) ? new URL(url) : undefined;
  if (service === undefined || !["http:", "https:"].includes(service.protocol)) {
    throw new TypeError(`useCallingService: "${url}" does not start with http:// or https://`);
  }
  address.service = service;
}

/** The address of the WebSocket, without a query. */
export function webSocketAddress(): string {
  const url = new URL("/calling", address.service);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
