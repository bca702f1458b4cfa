// Where the identity suites run: on the emulator, called in three ways, and on live Azure if LIVE_ACS_CONNECTION_STRING
// is set.
import { CommunicationIdentityClient, type CommunicationIdentityClientOptions } from "@azure/communication-identity";
import { ClientSecretCredential } from "@azure/identity";
import type { Emulator } from "../src/start-emulator.ts";
import { trust } from "./trust.ts";

/** A way to reach an ACS resource. */
export interface Target {
  name: string;
  live: boolean;
  /** @param more options besides those of every target */
  client(emulator: Emulator, more?: CommunicationIdentityClientOptions): CommunicationIdentityClient;
}

// No retries, so that the tests see each refusal.
const options: CommunicationIdentityClientOptions = { retryOptions: { maxRetries: 0 } };

function withTokenCredential(emulator: Emulator, more?: CommunicationIdentityClientOptions) {
  const origin = trust(emulator);
  const web = emulator.registration("web");
  const credential = new ClientSecretCredential(emulator.tenant("northwharf").id, web.appId, web.secrets?.[0] ?? "", {
    authorityHost: origin,
    disableInstanceDiscovery: true,
  });
  return new CommunicationIdentityClient(origin, credential, { ...options, ...more });
}

const emulated: Target[] = [
  {
    name: "a connection string over http",
    live: false,
    client: ({ acsConnectionString }, more) =>
      new CommunicationIdentityClient(acsConnectionString, { ...options, ...more, allowInsecureConnection: true }),
  },
  {
    name: "an access key over https",
    live: false,
    client: (emulator, more) => {
      const key = emulator.acsConnectionString.split("accesskey=")[1] ?? "";
      return new CommunicationIdentityClient(trust(emulator), { key }, { ...options, ...more });
    },
  },
  { name: "a TokenCredential over https", live: false, client: withTokenCredential },
];

const connectionString = process.env["LIVE_ACS_CONNECTION_STRING"];

/** The targets for which this environment has the variables. */
export const targets: readonly Target[] = connectionString
  ? [
      ...emulated,
      {
        name: "live Azure",
        live: true,
        client: (_emulator, more) => new CommunicationIdentityClient(connectionString, { ...options, ...more }),
      },
    ]
  : emulated;
