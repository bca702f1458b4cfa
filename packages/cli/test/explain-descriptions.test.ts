// How the explain command describes a token and what it assumes, and which inputs it reads.
import { readTokens } from "@teams-token-exchange/rules/explain";
import { describe, expect, it } from "vitest";
import { explanationLines } from "../src/explain-command.ts";
import { emulator, explain, issue, otherId, settings } from "./support-explained-tokens.ts";

describe("sound tokens", () => {
  it("are described: issuer, form, for whom, whose, how long", async () => {
    const lines = explanationLines(explain([await issue("api")])).join("\n");
    expect(lines).toContain(`Issuer          ${emulator.origin}, tenant ${settings["ENTRA_TENANT_ID"]}, v2 form`);
    expect(lines).toContain(`For             the application ${settings["ENTRA_API_CLIENT_ID"]}`);
    expect(lines).toContain(`Bearer          the user ${emulator.user("ada").oid}`);
    expect(lines).toContain("Permissions     access_as_user");
    expect(lines).toMatch(/Ends {12}\d{4}-\d\d-\d\dT.* \(in \d+ min\)/);
  });

  it("can be explained without settings; what was assumed is said", async () => {
    const known = { ENTRA_AUTHORITY: emulator.origin };
    const { tokens, assumptions } = explain([await issue("api"), await issue("teams")], known);
    expect(tokens.map(({ verdict }) => verdict.taken)).toEqual([true, true]);
    expect(assumptions.map((sentence) => sentence.split(" ")[0])).toEqual([
      ...["ENTRA_TENANT_ID", "ENTRA_API_CLIENT_ID", "ENTRA_CLIENT_IDS"],
    ]);
    const alone = explain([await issue("teams")], known);
    expect(alone).toMatchObject({
      tokens: [{ role: "Teams token", verdict: { taken: true } }],
      assumptions: [expect.anything()],
    });
  });
});

describe("what a token is", () => {
  it.each([
    ["an ID token", "id-token", { aud: "spa", scp: null, azp: null, nonce: "n" }],
    ["an ACS token", "acs-token", { skypeid: "orgid:x", acsScope: "voip" }],
    ["a token for another API", "other-access-token", { aud: otherId }],
  ])("%s", async (_name, kind, claims) => {
    expect(explain([await issue("api", { claims })]).tokens[0]?.kind).toBe(kind);
  });

  it("shows nothing of hostile claims: tokens, names and addresses inside them stay hidden", async () => {
    const inner = await issue("teams");
    const { upn } = emulator.user("ada");
    const claims = {
      aud: inner,
      tid: upn,
      oid: inner,
      azp: upn,
      scp: `${inner} ${upn}`,
      iss: `https://x.example/${inner}/v2.0`,
      ver: inner,
    };
    const hostile = explain([await issue("api", { claims })]);
    expect(hostile.tokens[0]?.facts.map(({ value }) => value)).toEqual(
      expect.arrayContaining(["another resource", "another issuer", "not an id", "2 of another resource"]),
    );
  });
});

describe("the input", () => {
  it.each([
    ["a header", "Authorization: Bearer aaa.bbb.ccc", ["aaa.bbb.ccc"]],
    ["two lines", "aaa.bbb.ccc\r\n\r\nddd.eee.fff\n", ["aaa.bbb.ccc", "ddd.eee.fff"]],
    ["a JSON body", '{ "teamsUserToken": "aaa.bbb.ccc" }', ["aaa.bbb.ccc"]],
  ])("may be %s", (_name, text, tokens) => {
    expect(readTokens(text)).toEqual({ ok: true, tokens });
  });

  it.each(["", "   \n", "Bearer", "a b c"])("%j is refused without being repeated", (text) => {
    const input = readTokens(text);
    expect(input.ok).toBe(false);
    if (!input.ok && text.trim()) expect(input.advice).not.toContain(text);
  });
});
