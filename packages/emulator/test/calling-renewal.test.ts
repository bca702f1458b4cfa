// A new token that is still being judged when the old one expires.
import { expect, it, vi } from "vitest";
import { mintAcsToken } from "../src/acs/acs-tokens.ts";
import type { AcsCaller } from "../src/acs/authenticate-caller.ts";
import type { Agent } from "../src/calling/agent.ts";
import { checkTime } from "../src/calling-service/check-time.ts";
import { addAgent, received } from "../src/calling-service/connections.ts";
import { createContext } from "../src/create-context.ts";
import { defaultSeed } from "../src/start-emulator.ts";

it("replaces the old token, although the clock passes the grace time meanwhile", async () => {
  const context = createContext(await defaultSeed());
  context.clock.freeze();
  const { oid = "", displayName = "", tenantId = "" } = context.state.users.find(({ name }) => name === "ada") ?? {};
  const caller = { resource: context.state.acsResources[0] } as AcsCaller;
  const issue = async (seconds: number) => {
    const expiresAt = context.clock.seconds() + seconds;
    const subject = { skypeId: `orgid:${oid}`, scopes: ["voip"], expiresAt, claims: { tid: tenantId } };
    return { ...(await mintAcsToken(context, caller, subject)), expiresAt };
  };
  const [old, next] = [await issue(400), await issue(4_000)];
  const agent: Agent = {
    user: { rawId: `8:orgid:${oid}`, displayName, tenantId, objectId: oid },
    token: old.token,
    expiresAt: old.expiresAt,
    legs: new Map(),
    missed: [],
    send: vi.fn(),
    refuse: vi.fn(),
    drop: vi.fn(),
  };
  addAgent(context, agent);
  const renewal = received(context, agent, { type: "token", token: next.token });
  for (const seconds of [401, 20]) {
    context.clock.move(seconds);
    checkTime(context);
  }
  await renewal;
  checkTime(context);
  expect(agent.refuse).not.toHaveBeenCalled();
  expect(agent).toMatchObject({ token: next.token, expiresAt: next.expiresAt });
});
