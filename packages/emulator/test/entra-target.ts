// What the contract suites of Entra and Graph run against: the emulator, and a live tenant when the environment names
// one (see README.md in this folder). What a live tenant is asked needs no person and changes nothing.
import { readFileSync } from "node:fs";
import type { ClientSecretCredentialOptions } from "@azure/identity";
import type { NodeAuthOptions } from "@azure/msal-node";
import type { Emulator } from "../src/start-emulator.ts";
import { trust } from "./trust.ts";

/** A confidential client that is also an API and can read applications in Graph. */
export interface EntraClient {
  tenantId: string;
  clientId: string;
  clientSecret: string;
  /** A registered certificate and its private key as PEM; empty if there is none. */
  certificate: string;
  /** A user's token for this API, with consent for Graph's User.Read; empty if there is none. */
  userToken: string;
  issuer: string;
  /** Options for @azure/identity. */
  options: ClientSecretCredentialOptions;
  /** Configuration for @azure/msal-node. */
  authority: Pick<NodeAuthOptions, "authority" | "knownAuthorities" | "authorityMetadata">;
  /** Base address of Graph. */
  graph: string;
}

/** Where the tests run. */
export interface EntraTarget {
  name: string;
  /** The variables that the tests need: all of them, those with a certificate, and those for a user. */
  lacks: { all: string[]; certificate: string[]; user: string[] };
  client(emulator: Emulator): Promise<EntraClient>;
}

/** Grants an administrator's consent and roles, which the seed does not have. */
async function permitGraph(emulator: Emulator): Promise<void> {
  const { id: tenantId } = emulator.tenant("northwharf");
  const { appId } = emulator.registration("api");
  const graph = emulator.registration("graph");
  graph.appRoles = { ...graph.appRoles, [appId]: ["Application.Read.All"] };
  const page = `${emulator.origin}/${tenantId}/adminconsent?${new URLSearchParams({ client_id: appId, scope: "https://graph.microsoft.com/User.Read" })}`;
  await fetch(page, { method: "POST", body: new URLSearchParams({ account: emulator.user("erin").upn }) });
}

const emulated: EntraTarget = {
  name: "the emulator",
  lacks: { all: [], certificate: [], user: [] },
  async client(emulator) {
    const origin = trust(emulator);
    const { host } = new URL(origin);
    const { id: tenantId } = emulator.tenant("northwharf");
    const { appId: clientId, secrets: [clientSecret = ""] = [] } = emulator.registration("api");
    const { certificate, privateKey } = await emulator.addCertificate("api");
    await permitGraph(emulator);
    const issuer = `${origin}/${tenantId}/v2.0`;
    const metadata = await fetch(`${issuer}/.well-known/openid-configuration`);
    return {
      tenantId,
      clientId,
      clientSecret,
      issuer,
      certificate: `${certificate}${privateKey}`,
      userToken: await emulator.issueToken({ resource: "api", user: "ada", origin }),
      options: { authorityHost: origin, disableInstanceDiscovery: true },
      authority: {
        authority: `${origin}/${tenantId}`,
        knownAuthorities: [host],
        authorityMetadata: await metadata.text(),
      },
      graph: `${origin}/`,
    };
  },
};

const setting = (name: string) => process.env[`LIVE_ENTRA_${name}`] ?? "";

const missing = (...names: string[]) => names.filter((name) => !setting(name)).map((name) => `LIVE_ENTRA_${name}`);

const live: EntraTarget = {
  name: "live Entra ID",
  lacks: {
    all: missing("TENANT_ID", "CLIENT_ID", "CLIENT_SECRET"),
    certificate: missing("CERTIFICATE_FILE"),
    user: missing("USER_TOKEN"),
  },
  async client() {
    const [tenantId, clientId, certificateFile] = ["TENANT_ID", "CLIENT_ID", "CERTIFICATE_FILE"].map(setting) as [
      string,
      string,
      string,
    ];
    const authority = `https://login.microsoftonline.com/${tenantId}`;
    return {
      tenantId,
      clientId,
      issuer: `${authority}/v2.0`,
      authority: { authority },
      options: {},
      clientSecret: setting("CLIENT_SECRET"),
      userToken: setting("USER_TOKEN"),
      certificate: certificateFile ? readFileSync(certificateFile, "utf8") : "",
      graph: "https://graph.microsoft.com/",
    };
  },
};

/** The emulator and the live tenant, whose tests are skipped if a variable is missing. */
export const entraTargets: readonly EntraTarget[] = [emulated, live];

/** A test name that says why it is skipped. */
export const unless = (lacks: readonly string[], name: string): string =>
  lacks.length === 0 ? name : `${name} (not run: ${lacks.join(", ")} not set)`;
