// How this server reaches and signs in to its ACS resource, for every client of it: the SDK's and the raw requests beside it.
import { CommunicationIdentityClient, type CommunicationIdentityClientOptions } from "@azure/communication-identity";
import type { TokenCredential } from "@azure/core-auth";
import { ownIdentity } from "../network/own-identity.ts";
import type { AcsOutcome } from "./acs-failure.ts";
import type { Transport } from "./transport.ts";

type SdkCredential = { readonly key: string } | TokenCredential;

/** How this server signs in to ACS. Only its function knows the keys, so nothing that has a connection can read or log them. */
export interface AcsCredential {
  /** Makes one client of a kind for each credential, in the order in which they are tried. */
  makeClients<Client>(make: (credential: SdkCredential) => Client): Client[];
}

const credentialOf = (credentials: readonly SdkCredential[]): AcsCredential => ({
  makeClients: (make) => credentials.map(make),
});

/** A credential of access keys, in the order in which they are tried; base64 as the portal shows them. */
export const accessKeyCredential = (accessKeys: readonly string[]): AcsCredential =>
  credentialOf(accessKeys.map((key) => ({ key })));

/**
 * Access keys if there are any, otherwise the Entra identity that the process runs as (a managed identity, on Azure).
 * @param fetch sends the requests for that identity's tokens
 * @throws {PackageMissing} if the package @azure/identity is needed and not installed
 */
export async function acsCredential(
  accessKeys: readonly string[],
  fetch: typeof globalThis.fetch,
): Promise<AcsCredential> {
  if (accessKeys.length > 0) return accessKeyCredential(accessKeys);
  return credentialOf([await ownIdentity("ACS_ENDPOINT", fetch)]);
}

export interface AcsConnection {
  endpoint: string;
  credential: AcsCredential;
  transport: Transport;
  /** Allows an http endpoint; only ever true for an emulator on loopback. */
  allowInsecureConnection: boolean;
  /** The time, in milliseconds since 1970. */
  now: () => number;
}

export interface AcsIdentityOptions extends AcsConnection {
  /** Called for each ACS token that does not say in a known form whose it is. */
  onUnknownTokenForm: () => void;
}

/** The SDK's clients, in the order of trying them. */
export function createSdkClients({ endpoint, credential, transport, allowInsecureConnection }: AcsConnection) {
  const options: CommunicationIdentityClientOptions = {
    httpClient: transport,
    allowInsecureConnection,
    // The SDK would retry for minutes and wait out any Retry-After; what to repeat within the deadline is our decision.
    retryOptions: { maxRetries: 0 },
    // A redirect would carry the Teams token elsewhere.
    redirectOptions: { maxRetries: 0 },
  };
  return credential.makeClients((given) =>
    "key" in given
      ? new CommunicationIdentityClient(endpoint, given, options)
      : new CommunicationIdentityClient(endpoint, given, options),
  );
}

/** Calls ACS with the client in use. */
export type Alternate<Client> = <Value>(
  call: (client: Client) => Promise<AcsOutcome<Value>>,
) => Promise<AcsOutcome<Value>>;

/** With two keys, a refusal of the one in use changes to the other, so that rotation loses no request. */
export function alternate<Client>(clients: readonly Client[]): Alternate<Client> {
  const [only, ...others] = clients;
  if (only !== undefined && others.length === 0) return (call) => call(only);
  let inUse = 0;
  return async (call) => {
    const tried = inUse;
    const other = (tried + 1) % clients.length;
    const [first, second] = [clients[tried], clients[other]];
    if (first === undefined || second === undefined) return { ok: false, reason: "own-key-refused" };
    const outcome = await call(first);
    if (outcome.ok || outcome.reason !== "own-key-refused") return outcome;
    const again = await call(second);
    if (again.ok || again.reason !== "own-key-refused") inUse = other;
    return again;
  };
}
