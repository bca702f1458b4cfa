// Started by processes.mjs beside a script, in a session of its own, where no signal for the script reaches it. However the script
// ends, even by SIGKILL, this process notices that its channel closes. It then ends the programs that the script has started, and
// keeps the script's lock until they are gone.
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { isRunning, signalProgram } from "./signals.mjs";

/** How long a program may take for its end. Scripts that run scripts double it, and nothing may be left after 5 s. */
const graceMs = 2_000;

const programs = new Set();
const waiting = new Set();
let lock;

/** Holds the lock while it listens at the address. The one who waits learns whom for, and waits until the connection ends. */
function takeLock({ address, holder }) {
  lock = createServer((socket) => {
    waiting.add(socket.on("error", () => {}).on("close", () => waiting.delete(socket)));
    socket.write(holder);
  });
  lock.once("error", ({ code }) => process.send({ lock: code }));
  lock.listen(address, () => process.send({ lock: "taken" }));
}

function releaseLock() {
  lock?.close();
  for (const socket of waiting) socket.destroy();
}

process.on("message", ({ started, ended, take, release }) => {
  if (started) programs.add(started);
  if (ended) programs.delete(ended);
  if (take) takeLock(take);
  if (release) releaseLock();
});

process.on("disconnect", async () => {
  for (const pid of programs) signalProgram(pid, "SIGTERM");
  for (const end = performance.now() + graceMs; performance.now() < end && [...programs].some(isRunning); )
    await pause(50);
  for (const pid of programs) signalProgram(pid, "SIGKILL");
  process.exit();
});
