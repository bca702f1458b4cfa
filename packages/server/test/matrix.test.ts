// The confused deputy: every caller with every Teams token, over users, tenants and clients. Only on the diagonal is ACS
// asked; nowhere else does anybody learn more than a refusal.
import { expect, it } from "vitest";
import { exchange, exchangesAsked, freshEmulator, issue, startServer } from "./support/world.ts";

const users = ["ada", "bruno", "dana", "felix"];
const clients = ["spa", "desktop", "web"];
const people = users.flatMap((user) => clients.map((client) => ({ user, client })));

it("asks ACS only for the caller's own token, out of every pair of user, tenant and client", async () => {
  const emulator = await freshEmulator();
  const isAllowed = (client: string) => client !== "web";
  const clientIds = clients.filter(isAllowed).map((client) => emulator.registration(client).appId);
  const off = { ACS_EXCHANGES_PER_30S: "0", RATE_LIMIT_PER_CALLER: "0" };
  const server = await startServer({ ...off, ENTRA_CLIENT_IDS: clientIds.join(",") }, {}, emulator);
  const { id: homeTenant } = emulator.tenant("northwharf");
  for (const caller of people) {
    const callerToken = await issue(server, "api", caller);
    for (const owner of people) {
      const before = exchangesAsked(server);
      const { status } = await exchange(server, callerToken, await issue(server, "teams", owner));
      const isHome = emulator.user(caller.user).tenantId === homeTenant;
      const isOwn = caller.user === owner.user && caller.client === owner.client;
      const expected = !isHome ? 401 : isAllowed(caller.client) && isOwn ? 200 : 403;
      expect({ caller, owner, status }).toEqual({ caller, owner, status: expected });
      expect(exchangesAsked(server) - before).toBe(expected === 200 ? 1 : 0);
    }
  }
});
