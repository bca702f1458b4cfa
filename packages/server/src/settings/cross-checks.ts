// What no single setting can tell, and where the server may send tokens and signed requests: only to hosts of Azure, or to an
// emulator on loopback, if a setting allows it and all services are emulated. Production must not start with half an emulator.
import { proxyProblems, proxyWarnings } from "./network-settings.ts";
import { acsAddressProblem, httpRule } from "./resource-connection.ts";
import { missing, type SettingProblem } from "./setting.ts";
import { isLoopback, isPrivate } from "./setting-formats.ts";
import { type SettingValues, settingsTable } from "./settings-table.ts";
import { receiversOf } from "./telemetry-settings.ts";

/** What could be read, and which settings were given, with or without a problem. */
export interface ReadSettings {
  readonly values: Partial<SettingValues>;
  readonly isGiven: (setting: string) => boolean;
}

/** The ACS resource and the setting that names it, if it could be read. */
function acsOf({ ACS_CONNECTION_STRING: connection, ACS_ENDPOINT: endpoint }: Partial<SettingValues>) {
  if (connection) return { setting: "ACS_CONNECTION_STRING", ...connection };
  return endpoint && { setting: "ACS_ENDPOINT", endpoint };
}

/** The short form of one tenant and one resource. */
const shortForm = [
  "ENTRA_TENANT_ID",
  "ENTRA_CLIENT_IDS",
  "REQUIRED_AUTH_CONTEXTS",
  "ACS_CONNECTION_STRING",
  "ACS_CONNECTION_STRING_SECONDARY",
  "ACS_ENDPOINT",
  "ACS_EXCHANGES_PER_30S",
];

/** Tenants and resources are in a file, or one of each is in settings. */
function* oneForm({ isGiven }: ReadSettings): Generator<SettingProblem> {
  if (!isGiven("TENANTS_FILE")) return;
  for (const setting of shortForm.filter(isGiven)) {
    yield [setting, "and TENANTS_FILE are both set; keep one, because the file says it for each tenant and resource"];
  }
}

function* oneWayToAcs({ isGiven }: ReadSettings): Generator<SettingProblem> {
  if (isGiven("TENANTS_FILE")) return;
  const [hasConnectionString, hasEndpoint] = [isGiven("ACS_CONNECTION_STRING"), isGiven("ACS_ENDPOINT")];
  if (hasConnectionString && hasEndpoint) yield ["ACS_ENDPOINT", "and ACS_CONNECTION_STRING are both set; keep one"];
  if (!hasConnectionString && !hasEndpoint) {
    const problem = `${missing(settingsTable.ACS_CONNECTION_STRING)} (or set ACS_ENDPOINT, for a managed identity)`;
    yield ["ACS_CONNECTION_STRING", problem];
  }
}

/** Whether each address may be used. */
function* allowedAddresses({ values }: ReadSettings): Generator<SettingProblem> {
  const acs = acsOf(values);
  const authority = values.ENTRA_AUTHORITY;
  const secondary = values.ACS_CONNECTION_STRING_SECONDARY;
  const isEmulator = (url: URL) => values.ALLOW_INSECURE_LOOPBACK === true && isLoopback(url);

  if (authority?.protocol === "http:" && !isEmulator(authority)) yield ["ENTRA_AUTHORITY", httpRule];
  const ofAcs = acs && acsAddressProblem(acs, values.ALLOW_INSECURE_LOOPBACK === true);
  if (acs && ofAcs) yield [acs.setting, ofAcs];
  if (acs && secondary && acs.endpoint.origin !== secondary.endpoint.origin) {
    yield ["ACS_CONNECTION_STRING_SECONDARY", "must name the same endpoint as ACS_CONNECTION_STRING"];
  }
  if (values.TEAMS_PHONE_EXTENSIBILITY && acs?.endpoint.protocol === "http:") {
    yield [
      "TEAMS_PHONE_EXTENSIBILITY",
      "needs an https address of ACS: browsers send it a token, and the SDK does so only over https",
    ];
  }
}

/** An Entra token would be read on its way. */
function* tokenOverTls({ values: { REDIS_AUTH: auth, REDIS_URL: address } }: ReadSettings): Generator<SettingProblem> {
  const url = address === undefined ? undefined : new URL(address);
  if (auth !== "entra" || url?.protocol !== "redis:" || isLoopback(url)) return;
  yield ["REDIS_AUTH", "may be entra only with rediss:// (TLS) in REDIS_URL, because it sends a token"];
}

/** An emulator serves everything, or nothing. */
function* wholeEmulator({ values }: ReadSettings): Generator<SettingProblem> {
  const acs = acsOf(values);
  const authority = values.ENTRA_AUTHORITY;
  if (!authority) return;
  if (acs && isLoopback(authority) !== isLoopback(acs.endpoint)) {
    yield ["ENTRA_AUTHORITY", `and ${acs.setting} must both be addresses of an emulator, or both of Microsoft`];
  } else if (values.ALLOW_INSECURE_LOOPBACK && !isLoopback(authority)) {
    yield [
      "ALLOW_INSECURE_LOOPBACK",
      "is for emulators on this machine; remove it, because no address here is loopback",
    ];
  }
}

const mappingStores = [
  "ENTRA_API_CLIENT_SECRET",
  "ENTRA_API_CLIENT_CERTIFICATE",
  "ENTRA_API_MANAGED_IDENTITY",
  "DATABASE_URL",
] as const;

function* oneMappingStore({ values, isGiven }: ReadSettings): Generator<SettingProblem> {
  const [first, ...others] = mappingStores.filter(isGiven);
  for (const setting of others) {
    yield [setting, `and ${first} are both set; keep the one that says where mappings are stored`];
  }
  if (first === undefined || first === "DATABASE_URL") return;
  const graph = values.GRAPH_ENDPOINT === undefined ? undefined : new URL(values.GRAPH_ENDPOINT);
  const authority = values.ENTRA_AUTHORITY;
  // Otherwise the caller token could be exchanged at an emulator for one that is sent to Microsoft, or the reverse.
  if (graph && authority && isLoopback(graph) !== isLoopback(authority)) {
    yield ["GRAPH_ENDPOINT", "and ENTRA_AUTHORITY must both be addresses of an emulator, or both of Microsoft"];
  } else if (graph && isLoopback(graph) && values.ALLOW_INSECURE_LOOPBACK !== true) {
    yield ["GRAPH_ENDPOINT", "may be loopback only with ALLOW_INSECURE_LOOPBACK=true"];
  }
}

/** Every problem between settings. A check whose settings could not be read finds nothing. */
export function* problemsBetween(settings: ReadSettings): Generator<SettingProblem> {
  const checks = [oneForm, oneWayToAcs, allowedAddresses, tokenOverTls, wholeEmulator, oneMappingStore];
  for (const check of checks) yield* check(settings);
  yield* proxyProblems(settings.values);
}

/** Whether the address asks for TLS; PGSSLMODE is what PostgreSQL's clients take if the address does not say. */
function hasTls({ searchParams }: URL, isGiven: ReadSettings["isGiven"]): boolean {
  const asked = searchParams.get("sslmode") ?? searchParams.get("ssl");
  if (asked !== null) return !["disable", "allow", "false", "0"].includes(asked);
  return searchParams.has("sslrootcert") || searchParams.has("sslcert") || isGiven("PGSSLMODE");
}

function* databaseInClear({ values, isGiven }: ReadSettings): Generator<SettingProblem> {
  if (values.DATABASE_URL === undefined) return;
  const url = new URL(values.DATABASE_URL);
  // The host may also be a folder with a socket, in `?host=`.
  const host = url.searchParams.get("host") ?? url.hostname;
  if (host === "" || host.startsWith("/") || isPrivate(host) || hasTls(url, isGiven)) return;
  yield [
    "DATABASE_URL",
    "sends user IDs and the password without TLS over a public network; add ?sslmode=verify-full to the address",
  ];
}

const unspoken =
  "asks for a protocol that this server does not speak, so nothing is sent; set it to http/protobuf, and the endpoint to the receiver's port for http (usually 4318)";

function* telemetryNotSent({ values }: ReadSettings): Generator<SettingProblem> {
  const receivers = receiversOf(values);
  const silent = receivers.filter(({ isSpoken }) => !isSpoken);
  for (const setting of new Set(silent.map(({ protocolSetting }) => protocolSetting))) yield [setting, unspoken];
  const inClear = receivers.filter(
    ({ url, isSpoken }) => isSpoken && url.protocol === "http:" && !isPrivate(url.hostname),
  );
  for (const setting of new Set(inClear.map(({ endpointSetting }) => endpointSetting))) {
    yield [setting, "sends telemetry in clear over a public network; use https"];
  }
}

/** What an operator should know, although the server can work with it. */
export function* warningsAbout(settings: ReadSettings): Generator<SettingProblem> {
  for (const check of [databaseInClear, telemetryNotSent]) yield* check(settings);
  yield* proxyWarnings(settings.values);
}
