// The load: kept-alive connections that send the next request as soon as they have a response, or at a fixed rate.
import { Client, Pool } from "undici";

/** Sends one exchange and resolves with its status. */
async function ask(connection, { callerToken, teamsToken }) {
  const { statusCode, body } = await connection.request({
    method: "POST",
    path: "/api/token/teams",
    headers: { authorization: `Bearer ${callerToken}`, "content-type": "application/json" },
    body: JSON.stringify({ teamsUserToken: teamsToken }),
  });
  await body.dump();
  return statusCode;
}

/** The maximum number of exchanges in flight. Above 100, our server correctly refuses some. */
const maxAtOnce = 50;

/** Sends `count` requests, rotating users and connections. Throws if a status is not the expected one. */
export async function closedLoop(address, users, { count, connections, expected = 200 }) {
  const clients = Array.from({ length: connections }, () => new Client(address));
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const turn = next++;
      const status = await ask(clients[turn % connections], users[turn % users.length]);
      if (status !== expected) throw new Error(`The server returned status ${status} instead of ${expected}.`);
    }
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: Math.min(connections, maxAtOnce) }, worker));
  const seconds = (performance.now() - begin) / 1000;
  await Promise.all(clients.map((client) => client.close()));
  return { requestsPerSecond: count / seconds };
}

/** Sends `count` requests at a fixed rate. Latencies are in milliseconds from the moment each request was due. */
export async function openLoop(ask1, { count, perSecond }) {
  const latencies = [];
  const running = [];
  const begin = performance.now();
  for (let i = 0; i < count; i += 1) {
    const due = begin + (i * 1000) / perSecond;
    while (performance.now() < due)
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    running.push(ask1(i).then(() => latencies.push(performance.now() - due)));
  }
  await Promise.all(running);
  latencies.sort((a, b) => a - b);
  return { p50: latencies[Math.floor(count * 0.5)], p99: latencies[Math.floor(count * 0.99)] };
}

/** A function for {@link openLoop} that sends requests to a server, rotating users. */
export function asker(address, users) {
  const pool = new Pool(address, { connections: 50, pipelining: 1 });
  return Object.assign((i) => ask(pool, users[i % users.length]), { close: () => pool.close() });
}
