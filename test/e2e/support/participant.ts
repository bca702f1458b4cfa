// Participants without a browser: each is a connection to the calling service that sends no media. Several browsers would take
// minutes in the tests that only look at the page.
import { randomUUID } from "node:crypto";
import type { Deployment } from "./deployment.ts";
import { daily } from "./meeting.ts";

interface Media {
  readonly muted: boolean;
  readonly video: boolean;
}

/** Lets a user join the daily meeting. The user waits in the lobby if the meeting says so. Ends with the emulator. */
export async function participate(deployment: Deployment, user: string, media: Media): Promise<void> {
  await connectAnd(deployment, user, { type: "join", meeting: { meetingLink: daily }, media: sent(media) });
}

/** Lets a user call another one. It rings until the emulator ends. */
export async function callUser(deployment: Deployment, caller: string, callee: string): Promise<void> {
  const users = [`8:orgid:${deployment.emulator.user(callee).oid}`];
  await connectAnd(deployment, caller, { type: "start", users, media: sent({ muted: false, video: false }) });
}

const sent = (media: Media) => ({ ...media, screen: false, held: false });

/** Connects with an exchanged token, sends one message, and resolves when the service has made the call. */
async function connectAnd({ emulator, origin }: Deployment, user: string, message: object): Promise<void> {
  const [callerToken, teamsUserToken] = await Promise.all([
    emulator.issueToken({ resource: "api", user }),
    emulator.issueToken({ resource: "teams", user }),
  ]);
  const response = await fetch(`${origin}/api/token/teams`, {
    method: "POST",
    headers: { authorization: `Bearer ${callerToken}`, "content-type": "application/json" },
    body: JSON.stringify({ teamsUserToken }),
  });
  const { token } = (await response.json()) as { token: string };
  const socket = new WebSocket(`${emulator.origin.replace("http", "ws")}/calling`);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => socket.send(JSON.stringify({ type: "hello", token })));
    socket.addEventListener("error", () => reject(new Error(`${user} cannot connect to the calling service`)));
    socket.addEventListener("message", ({ data }) => {
      const { type } = JSON.parse(String(data)) as { type: string };
      if (type === "ready") socket.send(JSON.stringify({ ...message, leg: randomUUID() }));
      if (type === "call") resolve();
      if (type === "ended" || type === "refused") reject(new Error(`the call of ${user} ended`));
    });
  });
}
