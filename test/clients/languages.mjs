// How the SDKs of each language are installed into folders of their own, and how its programs start.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../../scripts/processes.mjs";
import { root } from "../../scripts/tools.mjs";

const sources = fileURLToPath(new URL(".", import.meta.url));
const cache = join(root, "node_modules", ".cache", "clients");
const isWindows = process.platform === "win32";

/** Whether a program of the toolchain runs. */
const works = ([program, ...args]) => spawnSync(program, args, { stdio: "ignore" }).status === 0;

async function must(command, args, options) {
  const status = await run(command, args, options);
  if (status !== 0) throw new Error(`${command} ended with code ${status}`);
}

/**
 * A set of packages in a folder of its own.
 * @param name name of its folder
 * @param pins files that pin the versions; if they change, the packages are installed again
 * @param install installs into the folder
 */
function packageSet(name, toolchain, pins, install) {
  const folder = join(cache, name);
  const stamp = join(folder, "installed");
  const digest = () => {
    const hash = createHash("sha256");
    for (const pin of pins) hash.update(readFileSync(join(sources, pin)));
    return hash.digest("hex");
  };
  return {
    folder,
    hasToolchain: () => toolchain.every(works),
    isInstalled: () => existsSync(stamp) && readFileSync(stamp, "utf8") === digest(),
    async install() {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      await install(folder);
      writeFileSync(stamp, digest());
    },
  };
}

/** A program of the virtual environment in this folder. */
const pythonProgram = (folder, name) =>
  isWindows ? join(folder, "Scripts", `${name}.exe`) : join(folder, "bin", name);

// The lists name every package, so pip need not look for more.
const requirements = ["python/requirements.txt", "contract/requirements.txt"];

/** The SDKs for Python, and schemathesis for the contract of the server. */
export const pythonPackages = packageSet(
  "python",
  [["python3", "-m", "venv", "--help"]],
  requirements,
  async (folder) => {
    await must("python3", ["-m", "venv", folder]);
    const quiet = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile"];
    const lists = requirements.flatMap((list) => ["--requirement", join(sources, list)]);
    await must(pythonProgram(folder, "python"), ["-m", "pip", "install", ...quiet, ...lists]);
  },
);

/** The path of a program from these packages. */
export const inPython = (name) => pythonProgram(pythonPackages.folder, name);

/**
 * Runs a program.
 * @param onLine gets each line of its output
 * @returns its exit code and what it wrote as an error
 */
export function runProgram([program, ...args], options, onLine) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  let rest = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    lines.forEach(onLine);
  });
  child.stderr.setEncoding("utf8").on("data", (chunk) => {
    errors += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, errors }));
  });
}

const javaToolchain = [
  ["javac", "--version"],
  ["mvn", "--version"],
];

const javaPackages = packageSet("java", javaToolchain, ["java/pom.xml"], async (folder) => {
  const goal = ["dependency:copy-dependencies", `-DoutputDirectory=${join(folder, "lib")}`];
  await must("mvn", ["--quiet", "--batch-mode", "--file", join(sources, "java", "pom.xml"), ...goal]);
});

const classes = join(javaPackages.folder, "classes");
const classPath = [classes, join(javaPackages.folder, "lib", "*")].join(delimiter);
const TRUST_STORE = "clients.p12";
const TRUST_PASSWORD = "emulator-only";

/** Compiles the programs, and makes a trust store with the CA, because Java reads no PEM file. */
async function buildJava({ stateFolder, caFile }) {
  const files = ["QuickStart.java", "Suite.java"].map((name) => join(sources, "java", name));
  await must("javac", ["-nowarn", "-XDsuppressNotes", "-classpath", classPath, "-d", classes, ...files]);
  const store = ["-keystore", join(stateFolder, TRUST_STORE), "-storepass", TRUST_PASSWORD];
  await must("keytool", ["-importcert", "-noprompt", "-alias", "emulator", "-file", caFile, ...store], {
    stdio: "ignore",
  });
}

const javaProgram = (name, stateFolder) => [
  "java",
  `-Djavax.net.ssl.trustStore=${join(stateFolder, TRUST_STORE)}`,
  `-Djavax.net.ssl.trustStorePassword=${TRUST_PASSWORD}`,
  // The programs end before a better compiler pays off.
  "-XX:TieredStopAtLevel=1",
  "-classpath",
  classPath,
  name,
];

const goFolder = join(sources, "go");
// The module cache is writable, so that it can be deleted. The toolchain of the machine is used or none.
const goEnv = (folder) => ({
  ...process.env,
  GOMODCACHE: join(folder, "modules"),
  GOCACHE: join(folder, "build"),
  GOFLAGS: "-modcacherw -buildvcs=false",
  GOTOOLCHAIN: "local",
});

const goPackages = packageSet("go", [["go", "version"]], ["go/go.mod", "go/go.sum"], async (folder) => {
  await must("go", ["mod", "download"], { cwd: goFolder, env: goEnv(folder) });
});

const goProgram = (name) => join(goPackages.folder, isWindows ? `${name}.exe` : name);

async function buildGo() {
  const options = { cwd: goFolder, env: goEnv(goPackages.folder) };
  for (const name of ["quickstart", "suite"]) {
    await must("go", ["build", "-o", goProgram(name), `./${name}`], options);
  }
}

/** Every language: its packages, and the commands that run its quick start and its cases. */
export const languages = [
  {
    name: "Python",
    packages: pythonPackages,
    // MSAL for Python asks port 443 for the user's realm.
    tlsPort: 443,
    build: async () => undefined,
    quickStart: () => [inPython("python"), join(sources, "python", "quick_start.py")],
    suite: () => [inPython("python"), join(sources, "python", "suite.py")],
  },
  {
    name: "Java",
    packages: javaPackages,
    // MSAL for Java drops the port when it refreshes a token.
    tlsPort: 443,
    build: buildJava,
    quickStart: ({ stateFolder }) => javaProgram("QuickStart", stateFolder),
    suite: ({ stateFolder }) => javaProgram("Suite", stateFolder),
  },
  {
    name: "Go",
    packages: goPackages,
    build: buildGo,
    // The SDKs for Go have no setting for the address of the metadata service.
    managedIdentity: (origin) => ({ IDENTITY_ENDPOINT: `${origin}/msi/token`, IDENTITY_HEADER: "any" }),
    quickStart: () => [goProgram("quickstart")],
    suite: () => [goProgram("suite")],
  },
];

/**
 * The path with the program that stands for a browser in front of the others. SDKs open the browser with this name:
 * `xdg-open ADDRESS [DEVICE CODE]`. It is written here, because a shell cannot start a script with CRLF.
 */
export function withBrowser(path) {
  const folder = join(cache, "browser");
  mkdirSync(folder, { recursive: true });
  const signIn = join(sources, "sign-in.mjs").replaceAll("'", "'\\''");
  writeFileSync(join(folder, "xdg-open"), `#!/bin/sh\nexec node '${signIn}' "$@"\n`, { mode: 0o755 });
  return [folder, path].join(delimiter);
}
