import Fastify from "fastify";
import { describe, expect, it } from "vitest";
import { LoggableError } from "../problems/loggable-error.ts";
import { allowed, limitChildren, loggerOptions } from "./logging.ts";

const canary = "canary-7f3a91c2d4";

/** Logs through a real server's logger and returns what came out, as text and as objects. */
function logging(log: (logger: ReturnType<typeof Fastify>["log"]) => void) {
  const lines: string[] = [];
  const { log: logger } = Fastify({
    logger: { ...loggerOptions("trace"), stream: { write: (line: string) => void lines.push(line) } },
  });
  limitChildren(logger);
  log(logger);
  return { text: lines.join(""), lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe("the allow-list", () => {
  it("takes listed members and drops every other", () => {
    expect(allowed({ route: "/livez", status: 200, aborted: true, token: canary, upn: canary, body: {} })).toEqual({
      route: "/livez",
      status: 200,
      aborted: true,
    });
  });

  it("takes no object and no list, even under a listed name", () => {
    expect(allowed({ reason: { text: canary }, problem: [canary], status: () => canary, route: null })).toEqual({});
  });

  it("cuts long strings", () => {
    expect(String(allowed({ reason: "x".repeat(5000) })["reason"])).toHaveLength(200);
  });

  it("describes an error by name, code and place, its causes too, with nothing that its message may quote", () => {
    const cause = Object.assign(new TypeError(`${canary}\n    at ${canary} (file:1:1)`), { code: "ECONNRESET" });
    const { err } = allowed({ err: new Error(canary, { cause }) }) as { err: { cause: { stack: string } } };
    expect(err).toMatchObject({ type: "Error", message: "", cause: { type: "TypeError", message: "ECONNRESET" } });
    expect(err.cause.stack).toMatch(/^\s+at /);
    expect(JSON.stringify(err)).not.toContain(canary);
  });

  it("keeps our own words whole, and of a library's first line what cannot be a value", () => {
    const messageOf = (err: Error) => (allowed({ err }) as { err: { message: string } }).err.message;
    const own = "Cannot use PostgreSQL at db.example.com:5432 (28P01). Correct DATABASE_URL.";
    expect(messageOf(new LoggableError(own))).toBe(own);
    expect(messageOf(new Error("MOVED 1234 10.0.0.1:6379"))).toBe("MOVED 1234 …");
    const refused = new Error("connect ECONNREFUSED 127.0.0.1:5432");
    expect(messageOf(Object.assign(refused, { code: "ECONNREFUSED" }))).toBe("connect ECONNREFUSED …");
    const unsupported = new Error("unsupported startup parameter: statement_timeout");
    expect(messageOf(Object.assign(unsupported, { code: "08P01" }))).toBe(
      "08P01: unsupported startup parameter: statement_timeout",
    );
  });

  it.each([
    ["TypeError", TypeError],
    ["SyntaxError", SyntaxError],
    ["RangeError", RangeError],
  ])("says nothing of the message of a %s without a code", (_name, Kind) => {
    const { err } = allowed({ err: new Kind("canary is plain text") }) as { err: { message: string } };
    expect(err.message).toBe("");
  });

  it.each([
    ["quoted text", `invalid input: "${canary} and more" 'secret words`],
    ["a token", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"],
    ["an address with a password", "connect to redis://user:hunter2secret@redis.example.com:6379 failed"],
    ["a person", "no user ada@contoso.example"],
    ["a second line", `first\n${canary} secret`],
    ["a key in hexadecimal or base64", "key 7F3A91C2D4 AbCdEfGhIjKlMnOpQrSt= secretSecretSecretSecretsecret"],
  ])("takes out %s", (_what, message) => {
    expect(JSON.stringify(allowed({ err: new Error(message) }))).not.toMatch(
      /canary|secret|hunter|eyJ|ada|contoso|7F3A|AbCd/,
    );
  });

  it("ends with a ring of causes", () => {
    const first = new Error("a");
    first.cause = new Error("b", { cause: first });
    expect(JSON.stringify(allowed({ err: first }))).toContain("cause");
  });

  it.each([
    ["a name", Object.assign(new Error("x"), { name: `${canary} ${canary}` })],
    ["a code", Object.assign(new Error("x"), { code: `${canary} x` })],
    ["other members", Object.assign(new Error("x"), { request: { body: canary }, config: canary })],
    ["a thrown text", canary],
    ["a thrown object", { message: canary, stack: `    at ${canary}` }],
  ])("lets nothing through by %s", (_what, thrown) => {
    expect(JSON.stringify(allowed({ err: thrown }))).not.toContain(canary);
  });
});

describe("the logger", () => {
  it("filters what any library logs, with every way to call the logger", () => {
    const error = new Error(`failed with ${canary}`);
    const { text, lines } = logging((log) => {
      log.info({ token: canary, status: 200 }, "fine");
      log.error(error);
      log.error(error, error.message);
      log.error({ err: error }, error.message);
      log.error({ err: error });
      log.warn({ req: { headers: { authorization: canary } }, res: { payload: canary } }, "odd");
      log.warn("with an argument %s", canary);
      log.child({ token: canary, reqId: "r-1" }).info("from a child");
      log.child({}, { serializers: { status: () => canary } }).debug({ name: canary }, "from another");
    });
    expect(text).not.toContain(canary);
    expect(lines.map(({ msg }) => msg)).toEqual([
      "fine",
      "error",
      "error",
      "error",
      "error",
      "odd",
      "with an argument %s",
      "from a child",
      "from another",
    ]);
    expect(lines[7]).toMatchObject({ reqId: "r-1" });
  });

  it("cuts long messages", () => {
    const { lines } = logging((log) => log.info("x".repeat(5000)));
    expect(lines[0]?.["msg"]).toHaveLength(500);
  });
});
