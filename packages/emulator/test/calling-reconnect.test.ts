// What happens to calls and rings when a connection ends or breaks.
// States: https://learn.microsoft.com/azure/communication-services/how-tos/cte-calling-sdk/manage-calls#check-call-properties
// Codes: https://learn.microsoft.com/azure/communication-services/resources/troubleshooting/voice-video-calling/troubleshooting-codes
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { type CallingClient, connectAs, connected, rawId, sees } from "./calling-client.ts";

let emulator: Emulator;
let ada: CallingClient;
let bruno: CallingClient;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());
beforeEach(async () => {
  emulator.reset();
  [ada, bruno] = await Promise.all([connectAs(emulator, "ada"), connectAs(emulator, "bruno")]);
});

const daily = { meetingId: "212345678901", passcode: "daily1" };
const id = (user: string) => rawId(emulator, user);

/** Ada calls Bruno, who answers. */
async function callBruno() {
  const adas = ada.start(id("bruno"));
  const brunos = await bruno.accept();
  await Promise.all([connected(ada, adas), connected(bruno, brunos)]);
  return { adas, brunos };
}

describe("a connection that ends", () => {
  /** Breaks the connection of the only device of a user, and waits until the service notices. */
  async function breakConnection(client: CallingClient, user: string): Promise<void> {
    client.break();
    await expect.poll(() => emulator.calls().connected).not.toContain(id(user));
  }

  it("takes the participant out of the calls at once if the app closed it", async () => {
    const { adas } = await callBruno();
    bruno.close();
    expect(await ada.ended(adas)).toBe("0/0");
  });

  it("keeps the place in the call for a moment if the network broke, and the others then see why it is empty", async () => {
    const [adas, brunos] = [ada.join(daily), bruno.join(daily)];
    await sees(ada, adas, "Bruno Okafor", "Connected");
    await breakConnection(bruno, "bruno");
    const back = await connectAs(emulator, "bruno", [brunos]);
    expect(await back.call(({ leg }) => leg === brunos)).toMatchObject({ state: "Connected" });
    expect(ada.states(adas)).toEqual(["Connected"]);
    ada.send({ type: "hand", leg: adas, raised: true });
    await back.call(({ leg, participants }) => leg === brunos && participants[0]?.hand === 1);
    await breakConnection(back, "bruno");
    emulator.clock.move(10);
    expect((await sees(ada, adas, "Bruno Okafor", "Disconnected")).end).toEqual({ code: 0, subCode: 4521 });
    const late = await connectAs(emulator, "bruno", [brunos, randomUUID()]);
    expect(await late.ended(brunos)).toBe("410/3101");
  });

  it("gives nobody the calls of another user", async () => {
    const leg = bruno.join(daily);
    await connected(bruno, leg);
    const other = await connectAs(emulator, "ada", [leg]);
    expect(await other.ended(leg)).toBe("410/3101");
    expect(bruno.states(leg)).toEqual(["Connected"]);
  });

  it("tells a device that comes back what happened to its rings", async () => {
    const leg = ada.start(id("bruno"));
    const { ring } = await bruno.next("ring");
    await breakConnection(bruno, "bruno");
    ada.send({ type: "hang-up", leg, forEveryone: false });
    await ada.ended(leg);
    const back = await connectAs(emulator, "bruno");
    expect(await back.next("ring-ended")).toMatchObject({ ring, code: 487, subCode: 0 });
  });
});
