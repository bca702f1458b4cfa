// The object that `startEmulator` returns. Its members call the functions of the control API or show the live state.
import { inspectAcsToken, type TokenInspection } from "../acs/acs-tokens.ts";
import { checkTime } from "../calling-service/check-time.ts";
import type { FaultRule } from "../faults/fault.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { TlsIdentity } from "../http/tls-identity.ts";
import type { Clock } from "../state/clock.ts";
import type { Connections } from "../state/connections.ts";
import type { RequestLogEntry } from "../state/request-log.ts";
import type { Registration, Settings, Tenant, User } from "../state/seed-types.ts";
import { type CallingApi, callingApi } from "./calling-api.ts";
import { addFault, clearLog, resetEmulator } from "./control-actions.ts";
import { addCertificate, type ClientCertificate, connectionString, regenerateAccessKey } from "./credentials.ts";
import { findRegistration, findTenant, findUser } from "./directory-entries.ts";
import { type IssueTokenOptions, issueToken } from "./issue-token.ts";
import { type ExportedState, exportState, importState } from "./state-file.ts";

/** A running emulator. */
export interface Emulator extends CallingApi {
  /** E.g. `http://localhost:9400`, without a trailing slash. */
  readonly origin: string;
  /** E.g. `https://localhost:9443`. Undefined if the emulator was started without a `tlsPort`. */
  readonly httpsOrigin: string | undefined;
  /** The public URL as an origin. Undefined if the emulator was started without a `publicUrl`. */
  readonly publicOrigin: string | undefined;
  /** The CA that clients must trust for HTTPS, as PEM. */
  readonly caCertificate: string | undefined;
  /** Path of the CA certificate, if the emulator was started with a `stateFolder`. */
  readonly caFile: string | undefined;
  /** Connection string of the first ACS resource, with its primary key. */
  readonly acsConnectionString: string;
  /** The current tenants, users and app registrations: the seed, and later changes. */
  readonly tenants: readonly Tenant[];
  readonly users: readonly User[];
  readonly registrations: readonly Registration[];
  /** Finds a tenant by name, id or domain. @throws Error if there is none */
  tenant(name: string): Tenant;
  /** Finds a user by name, object id or sign-in name. @throws Error if there is none */
  user(name: string): User;
  /** Finds an app registration by name or client id. @throws Error if there is none */
  registration(name: string): Registration;
  /** Issues an Entra access token without a sign-in, valid or invalid in any way a test needs. */
  issueToken(options: IssueTokenOptions): Promise<string>;
  /** Tells whether an ACS token of this emulator is still valid, and if not, why. */
  inspectAcsToken(token: string): TokenInspection;
  /** Regenerates an access key, which ends every token issued with it. @returns the new connection string */
  regenerateAccessKey(key: "primary" | "secondary"): string;
  /** Creates a certificate with which a registration can authenticate. @param registration its name or client id */
  addCertificate(registration: string): Promise<ClientCertificate>;
  /** The settings. Changes take effect immediately. */
  readonly settings: Settings;
  /** Adds a fault to an operation or to the HTTPS port. @throws Error that names the invalid field and what it must be */
  addFault(rule: FaultRule): void;
  /** Clears all faults, or those of one operation, and releases the requests they hold. */
  clearFaults(operation?: string): void;
  /** The clock by which tokens, codes and sessions expire. */
  readonly clock: Clock;
  /** The last 2,000 answered requests, oldest first. */
  readonly requests: readonly RequestLogEntry[];
  /** Number of requests of an operation since the start or the last `clearRequests()`. */
  requestCount(operation: string): number;
  /** Number of connections, now and since the start or the last `clearRequests()`. Live. */
  readonly connections: Connections;
  /** Clears the request log and the counts of requests and connections. */
  clearRequests(): void;
  /** Adds a new Entra signing key. `dropOld` withdraws the previous keys immediately. Default: they stay published. */
  rotateKeys(options?: { dropOld?: boolean }): Promise<void>;
  /** Restores the seed, resets clock, faults and log, and ends live calls. The signing keys stay. */
  reset(): void;
  /** The whole state as one JSON value. */
  exportState(): Promise<ExportedState>;
  /** Replaces the whole state. @throws Error if the value is not an export; then nothing changes */
  importState(state: unknown): Promise<void>;
  /** Stops the emulator, closes open connections and saves the state file, if there is one. */
  close(): Promise<void>;
}

/** The methods of the emulator. */
function emulatorMethods(context: EmulatorContext) {
  const { state, faults, log, entraKeys } = context;
  return {
    tenant: (name: string) => findTenant(state, name),
    user: (name: string) => findUser(state, name),
    registration: (name: string) => findRegistration(state, name),
    issueToken: (options: IssueTokenOptions) => issueToken(context, options),
    inspectAcsToken: (token: string) => inspectAcsToken(context, token),
    regenerateAccessKey(key: "primary" | "secondary"): string {
      const connection = regenerateAccessKey(context, key);
      // Calls of the tokens that have ended end now, as after a request.
      checkTime(context);
      return connection;
    },
    addCertificate: (registration: string) => addCertificate(context, registration),
    addFault: (rule: FaultRule) => addFault(context, rule),
    clearFaults: (operation?: string) => faults.clear(operation),
    requestCount: (operation: string) => log.count(operation),
    clearRequests: () => clearLog(context),
    rotateKeys: (options?: { dropOld?: boolean }) => entraKeys.rotate(options),
    reset: () => resetEmulator(context),
    exportState: () => exportState(context),
    importState: (exported: unknown) => importState(context, exported),
    ...callingApi(context),
  };
}

/** Creates the object that `startEmulator` returns. */
export function createEmulatorApi(
  context: EmulatorContext,
  tls: TlsIdentity | undefined,
  close: () => Promise<void>,
): Emulator {
  const { state, origins } = context;
  return {
    ...emulatorMethods(context),
    origin: origins.http,
    httpsOrigin: origins.https,
    publicOrigin: origins.public,
    caCertificate: tls?.caCertificate,
    caFile: tls?.caFile,
    clock: context.clock,
    requests: context.log.entries,
    connections: context.connections.counts,
    get acsConnectionString() {
      return connectionString(context);
    },
    get tenants() {
      return state.tenants;
    },
    get users() {
      return state.users;
    },
    get registrations() {
      return state.registrations;
    },
    get settings() {
      return state.settings;
    },
    close,
  };
}
