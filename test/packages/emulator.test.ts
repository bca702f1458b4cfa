// Installs @teams-token-exchange/emulator as npm users do, and runs its README.
import { beforeAll, expect, it } from "vitest";
import { createProject } from "./support/project.ts";
import { codeBlocks } from "./support/readme.ts";

const name = "@teams-token-exchange/emulator";
const project = createProject();

beforeAll(async () => {
  await project.install(name);
});

it("The code of its README starts it inside a program", async () => {
  const block = codeBlocks(name).find(({ text }) => text.includes(`from "${name}"`));
  project.write("readme.ts", block?.text ?? "");
  expect(await project.run("node", ["readme.ts"])).toMatchObject({ status: 0 });
});

it("Its command starts it and prints the connection string", async () => {
  const emulator = project.start("npx", ["--no-install", "teams-token-emulator", "--port", "0", "--tls-port", "0"]);
  const [origin] = await emulator.until(/http:\/\/localhost:[1-9]\d*/);
  await emulator.until(/accesskey=/);
  expect((await fetch(`${origin}/emulator`)).status).toBe(200);
});
