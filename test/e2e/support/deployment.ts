// A complete deployment on free ports: the emulator, and the server with the built page.

import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { fileURLToPath } from "node:url";
import { type Emulator, startEmulator } from "@teams-token-exchange/emulator";
import { type AppOptions, createApp, readConfig } from "../../../packages/server/src/index.ts";
import { createPatientApp } from "../../../packages/server/test/support/patient-app.ts";
import type { SignIns } from "./sign-ins.ts";

/** A running deployment. `origin` is the page's address. */
export interface Deployment {
  readonly origin: string;
  readonly emulator: Emulator;
  /** The sign-ins that the worker keeps. Undefined if the emulator belongs to the test. */
  readonly signIns: SignIns | undefined;
  /** Stops the server, as in an outage. The emulator keeps running. */
  stopServer(): Promise<void>;
  /** Starts a server again, at the same address. */
  startServer(): Promise<void>;
  close(): Promise<void>;
}

export interface DeployOptions {
  /** Changes of the server's environment. */
  readonly settings?: Record<string, string>;
  /** Whether the server uses the emulator's clock, which stands still until a test moves it. */
  readonly clockOfEmulator?: boolean;
  /** A build of the page other than apps/page/dist. */
  readonly pageFolder?: string;
  /** Whether ACS has an https address and the server offers the direct exchange. */
  readonly teamsPhone?: boolean;
  /**
   * Which calling service the page uses. With `azure` it loads Microsoft's Calling SDK and has the content security policy of a
   * deployment at Azure; sign-in and exchange are still the emulator's. Default: `emulator`.
   */
  readonly calling?: "azure" | "emulator";
  /** What the deployment shares with others: it uses this emulator and leaves it running. Default: its own emulator. */
  readonly shared?: Shared;
}

/** An emulator for one deployment after the other. */
export interface Shared {
  readonly emulator: Emulator;
  readonly signIns: SignIns;
  /** The port of the server, so that kept sign-ins fit; 0 before the first. */
  serverPort: number;
}

const builtPage = fileURLToPath(new URL("../../../apps/page/dist", import.meta.url));

/** Starts emulator and server. */
export async function deploy({
  settings = {},
  clockOfEmulator = false,
  pageFolder = builtPage,
  teamsPhone = false,
  calling = "emulator",
  shared,
}: DeployOptions = {}): Promise<Deployment> {
  const emulator = shared?.emulator ?? (await startEmulator(teamsPhone ? { tlsPort: 0 } : {}));
  await shared?.signIns.begin();
  if (clockOfEmulator) emulator.clock.freeze();
  const options: AppOptions = {
    ...(clockOfEmulator ? { now: emulator.clock.now } : {}),
    pageFolder,
    ...(calling === "azure" ? { configure: asAtAzure(await policyAtAzure(emulator.origin)) } : {}),
  };
  const config = readConfig({
    ENTRA_AUTHORITY: emulator.origin,
    ENTRA_TENANT_ID: emulator.tenant("northwharf").id,
    ENTRA_API_CLIENT_ID: emulator.registration("api").appId,
    ENTRA_CLIENT_IDS: emulator.registration("spa").appId,
    ACS_CONNECTION_STRING: emulator.acsConnectionString,
    ALLOW_INSECURE_LOOPBACK: "true",
    LOG_LEVEL: "warn",
    ...(teamsPhone ? teamsPhoneSettings(emulator) : {}),
    ...settings,
  });
  const listen = async (port: number) => {
    const app = await createPatientApp(config, { ...options, logDestination: { write: () => {} } });
    const url = new URL(await app.listen({ port, host: "127.0.0.1" }));
    return { app, port: Number(url.port) };
  };

  // Another process may have taken the port. Kept sign-ins do not fit then, and are not used.
  let running = await listen(shared?.serverPort ?? 0).catch(() => listen(0));
  const { port } = running;
  if (shared) shared.serverPort = port;
  return {
    // The redirect URIs of the registration use localhost, because Entra ID ignores the port only for that host.
    origin: `http://localhost:${port}`,
    emulator,
    signIns: shared?.signIns,
    async stopServer() {
      running.app.server.closeAllConnections();
      await running.app.close();
    },
    async startServer() {
      running = await listen(port);
    },
    async close() {
      running.app.server.closeAllConnections();
      await running.app.close();
      if (!shared) await emulator.close();
    },
  };
}

/** The content security policy of pages of a deployment at Azure, with this origin for sign-in. */
async function policyAtAzure(signIn: string): Promise<string> {
  const authority = "https://login.microsoftonline.com";
  const id = "11111111-1111-4111-8111-111111111111";
  const config = readConfig({
    ENTRA_AUTHORITY: authority,
    ENTRA_TENANT_ID: id,
    ENTRA_API_CLIENT_ID: id,
    ENTRA_CLIENT_IDS: id,
    ACS_CONNECTION_STRING: `endpoint=https://contoso.communication.azure.com/;accesskey=${"A".repeat(44)}`,
  });
  const noNetwork = () => Promise.reject(new Error("no network in this test"));
  const app = await createApp(config, { fetch: noNetwork, logDestination: { write: () => {} } });
  const { headers } = await app.inject("/problems");
  await app.close();
  return String(headers["content-security-policy"]).replaceAll(authority, signIn);
}

/** Changes what the page learns from the server to what it learns from one at Azure. */
function asAtAzure(policy: string): NonNullable<AppOptions["configure"]> {
  return (app) =>
    app.addHook("onSend", async ({ url }, reply, payload) => {
      if (String(reply.getHeader("content-security-policy")).includes("connect-src")) {
        reply.header("content-security-policy", policy);
      }
      if (url !== "/api/config") return payload;
      const body = JSON.stringify({ ...JSON.parse(String(payload)), callingService: { kind: "azure" } });
      reply.header("content-length", Buffer.byteLength(body));
      return body;
    });
}

/** Settings that put ACS at the emulator's https address. This process then trusts its certificate. */
function teamsPhoneSettings({
  acsConnectionString,
  origin,
  httpsOrigin,
  caCertificate,
}: Emulator): Record<string, string> {
  if (httpsOrigin === undefined || caCertificate === undefined) throw new Error("the emulator has no https");
  setDefaultCACertificates([...getCACertificates("default"), caCertificate]);
  return {
    ACS_CONNECTION_STRING: acsConnectionString.replace(origin, httpsOrigin),
    TEAMS_PHONE_EXTENSIBILITY: "true",
  };
}
