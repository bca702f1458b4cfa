// Who has a port before a command takes it. On this machine "localhost" may mean ::1 or 127.0.0.1, and a browser tries both: a
// program at either of them would get the requests.
import { Agent, get } from "node:http";
import { connect } from "node:net";
import { CommandFailure } from "./failures.ts";

/** A port that a command takes. */
export interface WantedPort {
  readonly port: number;
  /** How to choose another one, e.g. `["--port", "PORT"]`. */
  readonly names: readonly string[];
  /** What our own program answers there. */
  readonly own?: { readonly path: string; readonly answer: RegExp };
}

const hosts = ["127.0.0.1", "::1"];
const probeMs = 1_000;

function isTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: probeMs });
    const answer = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.once("connect", () => answer(true)).once("timeout", () => answer(true));
    socket.once("error", () => answer(false));
  });
}

/** Asks without any proxy that the environment may name: its answer would say nothing about this machine. */
function answerOf(host: string, port: number, path: string): Promise<string> {
  return new Promise((resolve) => {
    const asked = get({ host, port, path, agent: new Agent(), timeout: probeMs }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      response.on("end", () => resolve(text)).on("error", () => resolve(""));
    });
    asked.on("timeout", () => asked.destroy()).on("error", () => resolve(""));
  });
}

/** Who listens at the port: another start of ours, another program, or nobody. */
export async function occupantOf({ port, own }: WantedPort): Promise<"ours" | "another" | undefined> {
  if (port === 0) return undefined;
  const taken = await Promise.all(hosts.map((host) => isTaken(host, port)));
  const host = hosts.find((_host, index) => taken[index]);
  if (host === undefined) return undefined;
  const isOurs = own?.answer.test(await answerOf(host, port, own.path));
  return isOurs ? "ours" : "another";
}

/** How our server and our emulator are recognised. */
export const ourServer = { path: "/api/config", answer: /"teamsScopes"|\/problems#/ };
export const ourEmulator = { path: "/emulator", answer: /<title>Emulator/ };

const settingOf = ({ names }: WantedPort): string => names.at(-1) ?? "";

/** Another port for each, as variables before a command line. */
const elsewhere = (ports: readonly WantedPort[]): string =>
  ports.map((wanted) => `${settingOf(wanted)}=${wanted.port + 1}`).join(" ");

const takenLine = ({ port, names }: WantedPort, occupant: string): string =>
  `Port ${port} is taken by ${occupant === "ours" ? "another start of this project" : "another program"}. Choose another: ${names
    .map((name) => (name.startsWith("--") ? `${name} ${port + 1}` : `set ${name}=${port + 1}`))
    .join(", or ")}.`;

/**
 * Fails if a port is taken, before anything is started.
 * @param ports the first is the one that people open
 * @param command how people start this command, for the advice
 */
export async function expectFreePorts(ports: readonly WantedPort[], command: string): Promise<void> {
  const occupants = await Promise.all(ports.map(occupantOf));
  if (ports.every(({ own }, index) => !own || occupants[index] === "ours")) {
    throw new CommandFailure(
      `Already running at http://localhost:${ports[0]?.port}: open it, or start a second one with \`${elsewhere(ports)} ${command}\`.`,
    );
  }
  const lines = ports.flatMap((wanted, index) => {
    const occupant = occupants[index];
    return occupant === undefined ? [] : [takenLine(wanted, occupant)];
  });
  if (lines.length > 0) throw new CommandFailure(lines.join("\n"));
}
