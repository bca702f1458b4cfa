// Which calling service and which Graph the page uses, in `GET /api/config` and in the content security policy.
import { describe, expect, it } from "vitest";
import { buildApp } from "../src/app.ts";
import { type Config, readConfig } from "../src/settings/read-settings.ts";
import { environmentFor, freshEmulator } from "./support/world.ts";

const accessKey = "A".repeat(44);
const logDestination = { write: () => {} };

/** What the page gets: the configuration, and the sources of `connect-src`. */
async function pageWith(config: Config, fetchFn: typeof fetch = fetch) {
  const app = await buildApp(config, { fetch: fetchFn, logDestination }, {});
  const [answer, page] = [await app.inject("/api/config"), await app.inject("/problems")];
  await app.close();
  const policy = String(page.headers["content-security-policy"]).split(";");
  const [, ...connect] = policy.find((directive) => directive.startsWith("connect-src"))?.split(" ") ?? [];
  return { config: answer.json(), connect };
}

const noNetwork = () => Promise.reject(new Error("no network in this test"));

describe("the calling service of the page", () => {
  it("is the emulator's if sign-in and ACS are the emulator's, and no host of Microsoft's may be reached", async () => {
    const emulator = await freshEmulator();
    const { config, connect } = await pageWith(readConfig(environmentFor(emulator)));
    const { origin } = emulator;
    expect(config).toMatchObject({ callingService: { kind: "emulator", endpoint: origin }, graphEndpoint: origin });
    expect(connect).toEqual(["'self'", origin, origin.replace("http:", "ws:")]);
  });

  it.each([
    ["https://login.microsoftonline.com", "com", undefined, "https://graph.microsoft.com"],
    ["https://login.microsoftonline.us", "us", undefined, "https://graph.microsoft.us"],
    ["https://login.microsoftonline.us", "us", "https://dod-graph.microsoft.us", "https://dod-graph.microsoft.us"],
    ["https://login.partner.microsoftonline.cn", "cn", undefined, "https://microsoftgraph.chinacloudapi.cn"],
  ])("is Azure with %s, ACS of .%s and the Graph endpoint %s", async (authority, domain, graphEndpoint, graph) => {
    const emulator = await freshEmulator();
    const settings = readConfig({
      ...environmentFor(emulator),
      ENTRA_AUTHORITY: authority,
      ACS_CONNECTION_STRING: `endpoint=https://contoso.communication.azure.${domain}/;accesskey=${accessKey}`,
      ALLOW_INSECURE_LOOPBACK: "false",
      GRAPH_ENDPOINT: graphEndpoint,
    });
    const { config, connect } = await pageWith(settings, noNetwork);
    expect(config).toMatchObject({ callingService: { kind: "azure" }, graphEndpoint: graph });
    expect(connect).toEqual(expect.arrayContaining(["'self'", authority, graph, "wss://*.skype.com"]));
    expect(connect.filter((source) => source.startsWith("ws:"))).toEqual([]);
  });

  it.each([
    "https://contoso.communication.azure.com",
    "https://contoso.unitedstates.communication.azure.com",
    "https://contoso.communication.azure.us",
  ])("is Azure if an app configures ACS at %s with another authority", async (endpoint) => {
    const emulator = await freshEmulator();
    const settings = readConfig(environmentFor(emulator));
    const { config, connect } = await pageWith({ ...settings, acs: { ...settings.acs, endpoint } });
    expect(config).toMatchObject({ callingService: { kind: "azure" } });
    expect(connect).toContain("wss://*.skype.com");
    expect(connect.filter((source) => source.startsWith("ws:"))).toEqual([]);
  });

  it("is Azure if an app configures Microsoft's authority with ACS at a host of its own", async () => {
    const settings = readConfig(environmentFor(await freshEmulator()));
    const entra = { ...settings.entra, authority: "https://login.microsoftonline.com" };
    const acs = { ...settings.acs, endpoint: "https://acs.contoso.example" };
    const { config } = await pageWith({ ...settings, entra, acs }, noNetwork);
    expect(config).toMatchObject({ callingService: { kind: "azure" } });
  });
});
