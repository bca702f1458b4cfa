// The entry of the package: starts an emulator in this process. All parts are put together here.
import { createApp } from "./app.ts";
import { addCalling } from "./calling-service/add-calling.ts";
import { createEmulatorApi, type Emulator } from "./control/emulator-api.ts";
import { persistState } from "./control/state-file.ts";
import { createContext } from "./create-context.ts";
import type { EmulatorContext } from "./http/context.ts";
import { listen } from "./http/listen.ts";
import { defaultSeed } from "./package-files.ts";
import { checkSeed } from "./state/seed.ts";
import type { Seed } from "./state/seed-types.ts";

export type { TokenInspection } from "./acs/acs-tokens.ts";
export type { CallingApi } from "./control/calling-api.ts";
export type { CallParticipant, CallsNow, LiveCall, MeetingAccess } from "./control/calling-control.ts";
export type { CallingInput } from "./control/calling-inputs.ts";
export type { ClientCertificate } from "./control/credentials.ts";
export type { Emulator } from "./control/emulator-api.ts";
export type { IssueTokenOptions } from "./control/issue-token.ts";
export type { ExportedState } from "./control/state-file.ts";
export type { Fault, FaultBody, FaultRule, RawPiece, TlsProblem } from "./faults/fault.ts";
export { defaultSeed } from "./package-files.ts";
export type { Clock } from "./state/clock.ts";
export type { Connections, PortConnections } from "./state/connections.ts";
export type { RequestLogEntry } from "./state/request-log.ts";
export type * from "./state/seed-types.ts";

/** Options of `startEmulator`. */
export interface StartOptions {
  /** HTTP port. Default: 0, a free port. */
  port?: number;
  /** Address to listen on. Default: `127.0.0.1`; any other address exposes the emulator to your network. */
  host?: string;
  /** HTTPS port; 0 takes a free port. Default: no HTTPS. */
  tlsPort?: number;
  /** Folder that keeps the CA for HTTPS from run to run. Default: a new CA in memory for each run. */
  stateFolder?: string;
  /** File that is loaded at start and saved every 5 seconds and at `close()`. Default: the state is lost at the end. */
  stateFile?: string;
  /** Tenants, users, registrations and ACS resources to start with. Default: `defaultSeed()`. */
  seed?: Seed;
  /** The clock that the emulator's own clock runs on. Default: the clock of the machine. */
  now?: () => Date;
  /**
   * The address that clients use, e.g. `http://emulator:9400` in a container network. Issuers, discovery and links use
   * it. Default: the address of the port, as the client connected.
   */
  publicUrl?: string;
  /**
   * Host names that requests may use besides `localhost` and IP addresses. The issuer follows them. Without them, an
   * emulator on a loopback address refuses other names, as a protection against DNS rebinding.
   */
  allowedHosts?: readonly string[];
  /** Gets a message when saving the state file fails. Default: `process.emitWarning`. */
  warn?: (message: string) => void;
}

const warnOfProcess = (message: string) => process.emitWarning(message, "EmulatorWarning");

/** @returns a function that saves the state a last time, if there is a state file */
async function startState(
  context: EmulatorContext,
  { stateFile, warn = warnOfProcess }: StartOptions,
): Promise<() => Promise<void>> {
  return stateFile === undefined ? async () => undefined : persistState(context, stateFile, warn);
}

/**
 * Starts an emulator of Entra ID and ACS Identity in this process. It creates its signing keys in the background, and
 * the first token waits for them.
 * @param options where to listen and what to start with
 * @returns the running emulator; call `close()` when you are done
 * @throws Error with `code: "EADDRINUSE"` and the `port` if a port is taken
 * @throws Error that names the entry that is wrong, if the seed or the state file is invalid
 * @example
 * const emulator = await startEmulator();
 * const token = await emulator.issueToken({ resource: "teams", user: "ada" });
 * await emulator.close();
 */
export async function startEmulator(options: StartOptions = {}): Promise<Emulator> {
  const { host = "127.0.0.1", port = 0, tlsPort, stateFolder } = options;
  const seed = options.seed ? checkSeed(options.seed) : await defaultSeed();
  const context = createContext(seed, options);
  const endState = await startState(context, options);
  const app = createApp(context);
  const { upgrade } = addCalling(app, context);
  const listening = await listen(app, context, { host, port, tlsPort, stateFolder, upgrade }).catch(async (error) => {
    await endState();
    throw error;
  });
  // Create the keys one by one and only now: they use the same threads as reading files and would delay the start.
  void context.entraKeys.current().then(() => context.acsKeys.current());
  return createEmulatorApi(context, listening.tls, async () => {
    await listening.close();
    await endState();
  });
}
