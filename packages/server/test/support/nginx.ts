// An nginx in front of a server, configured as the deploy guide says.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const places = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx", "/opt/homebrew/bin/nginx"];
const program = [process.env["NGINX_PATH"], ...places].find((path) => path && existsSync(path));

/** Whether tests that need nginx can run. In CI they must. `npm test` installs it where it can. */
export const hasNginx = program !== undefined;
if (!hasNginx && process.env["CI"]) {
  throw new Error("These tests need nginx, and CI must run them: install it or set NGINX_PATH.");
}

const guide = readFileSync(new URL("../../../../docs/guides/deploy.md", import.meta.url), "utf8").replaceAll(
  "\r\n",
  "\n",
);
const [keeping = "", removing = ""] = [...guide.matchAll(/^```nginx\n([^`]*)^```$/gm)].map(([, text]) => text);

/** The two locations of the guide. */
export const locations = { "keeps the path": keeping, "removes the path": removing };

const isUp = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

/**
 * Starts one on a port of localhost. Under any path that the location does not have, it answers 404 itself.
 * @param location one of {@link locations}
 * @param target where the server listens, such as `http://127.0.0.1:4000`
 * @returns the function that ends it
 * @throws Error with nginx's own message if it does not start
 */
export async function startNginx(location: string, target: string, port: number): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "nginx-"));
  const file = join(folder, "nginx.conf");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const lines = [
    "daemon off;",
    "master_process off;",
    `pid ${folder}/pid;`,
    "error_log stderr;",
    "events {}",
    "http {",
    "access_log off;",
    ...temporary.map((name) => `${name}_temp_path ${folder}/${name};`),
    "large_client_header_buffers 4 32k;",
    `server { listen 127.0.0.1:${port};`,
    location.replace("http://127.0.0.1:3000", target),
    "} }",
  ];
  writeFileSync(file, lines.join("\n"));
  const child = spawn(program ?? "", ["-p", folder, "-c", file], { stdio: ["ignore", "ignore", "pipe"] });
  let printed = "";
  child.stderr.on("data", (chunk) => (printed += chunk));
  const ended = once(child, "close");
  while (!(await isUp(`http://127.0.0.1:${port}`)) && child.exitCode === null) await pause(5);
  if (child.exitCode !== null) throw new Error(`nginx ended before it was ready: ${printed}`);
  return async () => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true });
  };
}
