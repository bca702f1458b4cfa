// A complete deployment on free ports: the emulator, and the server with the built page.

import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { fileURLToPath } from "node:url";
import { type Emulator, startEmulator } from "@teams-token-exchange/emulator";
import { type AppOptions, createApp, readConfig } from "@teams-token-exchange/server";

/** A running deployment. `origin` is the page's address. */
export interface Deployment {
  readonly origin: string;
  readonly emulator: Emulator;
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
}

const builtPage = fileURLToPath(new URL("../../../apps/page/dist", import.meta.url));

/** Starts emulator and server. */
export async function deploy({
  settings = {},
  clockOfEmulator = false,
  pageFolder = builtPage,
  teamsPhone = false,
}: DeployOptions = {}): Promise<Deployment> {
  const emulator = await startEmulator(teamsPhone ? { tlsPort: 0 } : {});
  if (clockOfEmulator) emulator.clock.freeze();
  const options: AppOptions = {
    ...(clockOfEmulator ? { now: emulator.clock.now } : {}),
    pageFolder,
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
    const app = await createApp(config, { ...options, logDestination: { write: () => {} } });
    const url = new URL(await app.listen({ port, host: "127.0.0.1" }));
    return { app, port: Number(url.port) };
  };

  let running = await listen(0);
  const { port } = running;
  return {
    // The redirect URIs of the registration use localhost, because Entra ID ignores the port only for that host.
    origin: `http://localhost:${port}`,
    emulator,
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
      await emulator.close();
    },
  };
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
