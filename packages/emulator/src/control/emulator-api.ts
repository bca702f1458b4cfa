// The emulator as its owner sees it: every member is a function of the control API or a view of the live state.
import { inspectAcsToken, type TokenInspection } from "../acs/acs-tokens.ts";
import type { FaultRule } from "../faults/fault.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { TlsIdentity } from "../http/tls-identity.ts";
import type { Clock } from "../state/clock.ts";
import type { Connections } from "../state/connections.ts";
import type { RequestLogEntry } from "../state/request-log.ts";
import type { Registration, Settings, Tenant, User } from "../state/seed-types.ts";
import { addFault, clearLog, resetEmulator } from "./control-actions.ts";
import { addCertificate, type ClientCertificate, connectionString, regenerateAccessKey } from "./credentials.ts";
import { findRegistration, findTenant, findUser } from "./directory-entries.ts";
import { type IssueTokenOptions, issueToken } from "./issue-token.ts";
import { type ExportedState, exportState, importState } from "./state-file.ts";

/** A running emulator. */
export interface Emulator {
  /** E.g. `http://localhost:9400`, without a trailing slash. */
  readonly origin: string;
  /** E.g. `https://localhost:9443`, when started with a `tlsPort`. */
  readonly httpsOrigin: string | undefined;
  /** PEM of the CA to trust for https. */
  readonly caCertificate: string | undefined;
  /** Where that lies, when it is kept. */
  readonly caFile: string | undefined;
  /** For the first ACS resource, with its primary key. */
  readonly acsConnectionString: string;
  readonly tenants: readonly Tenant[];
  readonly users: readonly User[];
  readonly registrations: readonly Registration[];
  /** By name, id or domain. @throws Error when unknown */
  tenant(name: string): Tenant;
  /** By name, oid or upn. @throws Error when unknown */
  user(name: string): User;
  /** By name or app id. @throws Error when unknown */
  registration(name: string): Registration;
  /** An Entra access token without a sign-in, sound or broken. */
  issueToken(options: IssueTokenOptions): Promise<string>;
  /** Whether an ACS token of this emulator still counts: expired, revoked, ended with its key. */
  inspectAcsToken(token: string): TokenInspection;
  /** Ends every token made with the key. @returns the new connection string */
  regenerateAccessKey(key: "primary" | "secondary"): string;
  /** A new certificate by which a registration may prove who it is. @param registration its name or app id */
  addCertificate(registration: string): Promise<ClientCertificate>;
  /** Live: changes take effect at once. */
  readonly settings: Settings;
  /** @throws Error that names the field that is wrong, and what it must be */
  addFault(rule: FaultRule): void;
  /** All faults, or those of one operation; lets go on what they hold. */
  clearFaults(operation?: string): void;
  readonly clock: Clock;
  /** The latest answered requests, oldest first. */
  readonly requests: readonly RequestLogEntry[];
  /** Requests of one operation that came in since the start or the last clear. */
  requestCount(operation: string): number;
  /** Connections now and since the start or the last clear. Live. */
  readonly connections: Connections;
  /** The log, and the counts of requests and connections. */
  clearRequests(): void;
  /** A new Entra signing key; `dropOld` withdraws the former ones at once. */
  rotateKeys(options?: { dropOld?: boolean }): Promise<void>;
  /** Back to the seed: state, clock, faults and log. The keys stay. */
  reset(): void;
  /** The whole state as one JSON value. */
  exportState(): Promise<ExportedState>;
  /** @throws Error when the value is no export; then nothing has changed */
  importState(state: unknown): Promise<void>;
  /** Ends at once, open connections included. */
  close(): Promise<void>;
}

/** Everything that acts; none of it depends on which state is current. */
function emulatorMethods(context: EmulatorContext) {
  const { state, faults, log, entraKeys } = context;
  return {
    tenant: (name: string) => findTenant(state, name),
    user: (name: string) => findUser(state, name),
    registration: (name: string) => findRegistration(state, name),
    issueToken: (options: IssueTokenOptions) => issueToken(context, options),
    inspectAcsToken: (token: string) => inspectAcsToken(context, token),
    regenerateAccessKey: (key: "primary" | "secondary") => regenerateAccessKey(context, key),
    addCertificate: (registration: string) => addCertificate(context, registration),
    addFault: (rule: FaultRule) => addFault(context, rule),
    clearFaults: (operation?: string) => faults.clear(operation),
    requestCount: (operation: string) => log.count(operation),
    clearRequests: () => clearLog(context),
    rotateKeys: (options?: { dropOld?: boolean }) => entraKeys.rotate(options),
    reset: () => resetEmulator(context),
    exportState: () => exportState(context),
    importState: (exported: unknown) => importState(context, exported),
  };
}

/** Wraps a world that listens. */
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
