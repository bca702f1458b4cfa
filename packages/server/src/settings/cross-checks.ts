// Where the server may send tokens and signed requests to, judged over several settings at once. A connection string is a
// place to send a secret-signed request to, so only Azure's own hosts are taken, and an emulator's address only on loopback,
// by an explicit setting, and for both services at once: half an emulator is a mistake that production must not start with.

/** The addresses among the settings, as far as they are readable. */
export interface Addresses {
  authority: URL | undefined;
  /** ACS's endpoint and the setting that names it. */
  acs: { setting: "ACS_CONNECTION_STRING" | "ACS_ENDPOINT"; endpoint: URL } | undefined;
  secondaryEndpoint: URL | undefined;
  allowInsecureLoopback: boolean;
}

/** Whether an address is this machine's own. */
export const isLoopback = (url: URL): boolean => ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);

const isAzure = (url: URL) => /\.communication\.azure\.(com|us|cn)$/.test(url.hostname);
const httpRule = "may use http only for loopback, and only with ALLOW_INSECURE_LOOPBACK=true";

/** Every objection, as the setting's name and what is wrong with it. */
export function* addressProblems(addresses: Addresses): Generator<[setting: string, problem: string]> {
  const { authority, acs, secondaryEndpoint, allowInsecureLoopback } = addresses;
  const isEmulators = (url: URL) => allowInsecureLoopback && isLoopback(url);

  if (authority?.protocol === "http:" && !isEmulators(authority)) yield ["ENTRA_AUTHORITY", httpRule];
  if (acs?.endpoint.protocol === "http:" && !isEmulators(acs.endpoint)) yield [acs.setting, httpRule];
  if (acs?.endpoint.protocol === "https:" && !isAzure(acs.endpoint) && !isEmulators(acs.endpoint)) {
    yield [acs.setting, "must name a host under communication.azure.com (or .us, .cn)"];
  }
  if (acs?.setting === "ACS_ENDPOINT" && acs.endpoint.protocol === "http:") {
    yield ["ACS_ENDPOINT", "must be https: the SDK sends an Entra token nowhere else"];
  }
  if (acs && secondaryEndpoint && acs.endpoint.origin !== secondaryEndpoint.origin) {
    yield ["ACS_CONNECTION_STRING_SECONDARY", "must name the same endpoint as ACS_CONNECTION_STRING"];
  }
  if (!authority || !acs) return;
  if (isLoopback(authority) !== isLoopback(acs.endpoint)) {
    yield ["ENTRA_AUTHORITY", `and ${acs.setting} must both be an emulator's or both be Microsoft's`];
  } else if (allowInsecureLoopback && !isLoopback(authority)) {
    yield [
      "ALLOW_INSECURE_LOOPBACK",
      "is for emulators on this machine; take it out where neither address is loopback",
    ];
  }
}
