// Tokens of this file's emulator, and what the explain command says of them. At the end, nothing of any token may have been printed.
import { type Emulator, startEmulator } from "@teams-token-exchange/emulator";
import { type Explanation, explainTokens } from "@teams-token-exchange/rules/explain";
import { afterAll, beforeAll, expect } from "vitest";
import { explanationLines, knownRules } from "../src/explain-command.ts";

type Issue = Partial<Parameters<Emulator["issueToken"]>[0]>;

/** The emulator of this test file; it runs from the start of the first test. */
export let emulator: Emulator;
/** The settings of a server for that emulator. */
export let settings: Record<string, string>;
/** An id that nothing in the emulator has. */
export const otherId = "99999999-9999-4999-8999-999999999999";
/** Everything that was ever issued here, to be looked for in everything that was ever printed. */
const issued: string[] = [];
export const printed: string[] = [];

beforeAll(async () => {
  emulator = await startEmulator();
  settings = {
    ENTRA_AUTHORITY: emulator.origin,
    ENTRA_TENANT_ID: emulator.tenant("northwharf").id,
    ENTRA_API_CLIENT_ID: emulator.registration("api").appId,
    ENTRA_CLIENT_IDS: emulator.registration("spa").appId,
    REQUIRED_AUTH_CONTEXTS: "c1",
    ACS_CONNECTION_STRING: emulator.acsConnectionString,
    ALLOW_INSECURE_LOOPBACK: "true",
  };
});
afterAll(async () => {
  await emulator.close();
  const output = printed.join("\n");
  for (const token of issued) {
    for (const fragment of token.match(/[\w-]{20}/g) ?? []) expect(output.includes(fragment)).toBe(false);
  }
  for (const { upn, displayName } of emulator.users) {
    expect(output).not.toContain(upn);
    for (const name of displayName.split(" ")) expect(output).not.toContain(name);
  }
});

/** A token for this resource, by default sound. */
export async function issue(resource: string, { claims, ...changes }: Issue = {}): Promise<string> {
  const token = await emulator.issueToken({
    resource,
    user: "ada",
    client: "spa",
    ...changes,
    claims: { ...(resource === "teams" ? {} : { acrs: ["c1"] }), ...claims },
  });
  issued.push(token);
  return token;
}

/** What the command says of these tokens. It is kept in `printed`. */
export function explain(tokens: readonly string[], env = settings): Explanation {
  const explanation = explainTokens(tokens, knownRules(env), Date.now() / 1000);
  printed.push(...explanationLines(explanation), JSON.stringify(explanation));
  return explanation;
}
