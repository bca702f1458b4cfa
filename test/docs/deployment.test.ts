// Checks the deployment files without Docker, a cluster or a cloud: their form with the parsers and schemas of the vendors, their
// settings with the server's, and what every deployment of this server needs.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { validate as validateDockerfile } from "dockerfile-utils";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { Namespace } from "kubernetes-models/v1/Namespace";
import { Service } from "kubernetes-models/v1/Service";
import { ServiceAccount } from "kubernetes-models/v1/ServiceAccount";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { requestLimits } from "../../packages/server/src/runtime/request-limits.ts";
import { readConfig, secretNames, settingNames } from "../../packages/server/src/settings/read-settings.ts";
import { serverFlags, serverProgram } from "../../scripts/setup.mjs";
import { node, readText } from "../../scripts/tools.mjs";
import { root } from "./markdown.ts";

const read = (path: string) => readText(join(root, path));

/** Whether a variable of a container is a setting of the server. */
const isSetting = (name: string) => settingNames.includes(name);

/** Secrets that a file gives as a value instead of as the path of a file. An address without a password is no secret. */
const plainSecrets = (values: Record<string, string>) =>
  Object.entries(values).flatMap(([name, value]) =>
    secretNames.includes(name) && !/^[a-z]+:\/\/[^@]*$/.test(value) ? [name] : [],
  );

/** A version for people, and the digest that Docker checks. */
const pinnedImage = /^[\w./-]+:\d+\.\d+\.\d+[\w.-]*@sha256:[0-9a-f]{64}$/;

/** The process ends so many seconds after the signal at the latest (packages/server/src/main.ts). */
const graceSeconds = 15;

describe("every file that could not be run here", () => {
  const files = [
    "deploy/Dockerfile",
    "deploy/compose.yaml",
    "deploy/azure/main.bicep",
    "deploy/azure/main.bicepparam",
    ".github/workflows/ci.yml",
    ".github/workflows/release.yml",
    ...readdirSync(join(root, "deploy/kubernetes")).map((name) => `deploy/kubernetes/${name}`),
  ];
  it.each(files)("%s says so in its head", (file) => {
    expect(read(file).slice(0, 900)).toMatch(/\bnot (built|run|applied|deployed)\b/i);
  });
});

describe("the Dockerfile", () => {
  const dockerfile = read("deploy/Dockerfile");
  const lastStage = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));

  it("has no fault that the linter finds", () => {
    expect(validateDockerfile(dockerfile).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual(
      [],
    );
  });

  it("runs the pinned Node without rights and without a shell, with a health check that needs only Node", () => {
    const { optionalDependencies } = JSON.parse(read("package.json"));
    const versions = [...dockerfile.matchAll(/^FROM node:([\d.]+)-/gm)].map(([, version]) => version);
    expect(new Set(versions)).toEqual(new Set(Object.values(optionalDependencies)));
    expect(lastStage).toMatch(/^USER node$/m);
    expect(JSON.parse(/^CMD (.*)$/m.exec(lastStage)?.[1] ?? "")).toEqual(["node", ...serverProgram]);
    expect(read("docs/guides/deploy.md")).toContain(`\nnode ${serverProgram.join(" ")}\n`);
    expect(lastStage).toMatch(/HEALTHCHECK [\s\S]*CMD \["node", "-e", "fetch\(.*\/livez/);
    expect(dockerfile).not.toMatch(/^(ADD |RUN .*curl)/m);
  });

  it.skipIf(process.platform === "win32")("starts a process that does not open the inspector on SIGUSR1", async () => {
    // Without the option, Node says on the error output that the inspector listens, which takes it some milliseconds.
    const program = `process.kill(process.pid, "SIGUSR1"); setTimeout(() => console.log("ended"), 500)`;
    const child = spawn(node, [...serverFlags, "-e", program]);
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk));
    await once(child, "close");
    expect(printed).toBe("ended\n");
  });

  it("builds from images that cannot change", () => {
    const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(images).toHaveLength(3);
    for (const image of images) expect(image).toMatch(pinnedImage);
  });

  it("installs exactly the production layout", () => {
    expect(dockerfile).toContain("npm run layout -- /layout");
    expect(dockerfile).toContain("npm ci --omit=dev");
  });

  it("sets only known settings", () => {
    const names = [...dockerfile.matchAll(/^ENV (.*)$/gm)].flatMap(
      ([, line = ""]) => line.match(/[A-Z_]+(?==)/g) ?? [],
    );
    expect(names.filter((name) => !isSetting(name))).toEqual([]);
    expect(names.filter((name) => secretNames.includes(name))).toEqual([]);
  });

  it("never copies secrets or build output", () => {
    const ignored = read(".dockerignore").split("\n");
    expect(ignored).toEqual(expect.arrayContaining([".env", ".env.*", "**/node_modules", "**/dist", ".git"]));
  });
});

describe("the Compose file", () => {
  const { services, secrets, volumes, networks } = parse(read("deploy/compose.yaml"));

  it("defines everything that it uses", () => {
    for (const service of Object.values<Record<string, unknown>>(services)) {
      const named = (service["networks"] ?? []) as string[];
      expect(Object.keys(networks)).toEqual(expect.arrayContaining(named));
      expect(Object.keys(secrets)).toEqual(expect.arrayContaining((service["secrets"] ?? []) as string[]));
      const mounted = ((service["volumes"] ?? []) as string[]).map((mount) => mount.split(":")[0]);
      expect(Object.keys(volumes)).toEqual(expect.arrayContaining(mounted));
      const awaited = service["depends_on"] ?? {};
      const others = Array.isArray(awaited) ? awaited : Object.keys(awaited);
      expect(Object.keys(services)).toEqual(expect.arrayContaining(others));
    }
  });

  it("runs the server read-only, without rights, with its secret as a file and enough time to stop", () => {
    const { server } = services;
    expect(server).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
    expect(Object.keys(server.environment).filter((name) => !isSetting(name))).toEqual([]);
    expect(plainSecrets(server.environment)).toEqual([]);
    expect(server.environment.ACS_CONNECTION_STRING_FILE).toBe("/run/secrets/acs-connection-string");
    expect(Number.parseInt(server.stop_grace_period, 10)).toBeGreaterThan(graceSeconds);
    expect(server.ports).toBeUndefined();
  });

  it("starts the server with a .env that was copied from .env.example and filled in", () => {
    const folder = mkdtempSync(join(tmpdir(), "compose-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const secret = join(folder, "acs-connection-string");
    writeFileSync(secret, `endpoint=https://contoso.communication.azure.com/;accesskey=${"A".repeat(44)}\n`);
    const id = "11111111-1111-4111-8111-111111111111";
    const example = parseEnv(read(".env.example").replaceAll(/^(ENTRA_\w+)=$/gm, `$1=${id}`));
    expect(example).toMatchObject({ ENTRA_TENANT_ID: id });
    const { environment } = services.server;
    const config = readConfig({ ...example, ...environment, ACS_CONNECTION_STRING_FILE: secret });
    expect(config).toMatchObject({ host: "0.0.0.0", port: 3000, redisUrl: "redis://redis:6379", warnings: [] });
    // `docker run --env-file .env` lets the file win over the image, which listens on every address.
    expect(Object.keys(example).filter((name) => ["HOST", "PORT"].includes(name))).toEqual([]);
  });

  it("runs images of others that cannot change", () => {
    const { server, ...others } = services;
    expect(server.image).toBeUndefined();
    for (const { image } of Object.values<{ image: string }>(others)) expect(image).toMatch(pinnedImage);
  });

  it("lets only the server reach Redis", () => {
    expect(networks.back.internal).toBe(true);
    const onBack = Object.keys(services).filter((name) => (services[name].networks ?? []).includes("back"));
    expect(onBack.toSorted()).toEqual(["redis", "server"]);
  });
});

describe("the manifests for Kubernetes", () => {
  const folder = "deploy/kubernetes";
  const kustomization = parse(read(`${folder}/kustomization.yaml`));
  const objects = (kustomization.resources as string[]).flatMap((file) =>
    parseAllDocuments(read(`${folder}/${file}`)).map((document) => {
      expect(document.errors).toEqual([]);
      return document.toJS();
    }),
  );
  const models: Record<string, new (data: never) => { validate(): void }> = {
    ConfigMap,
    Deployment,
    HorizontalPodAutoscaler,
    Namespace,
    NetworkPolicy,
    PodDisruptionBudget,
    Service,
    ServiceAccount,
  };
  const one = (kind: string) => objects.find((object) => object.kind === kind);
  const pod = () => one("Deployment").spec.template.spec;
  const container = () => pod().containers[0];

  it.each(objects.map((object) => [object.kind as string, object] as const))(
    "%s matches the schema of the API",
    (kind, object) => {
      const Model = models[kind];
      if (!Model) throw new Error(`No model for ${kind}.`);
      const made = new Model(object as never);
      expect(() => made.validate()).not.toThrow();
      expect(object.apiVersion).toBe((made as unknown as { apiVersion: string }).apiVersion);
    },
  );

  it("are all listed in the kustomization", () => {
    const files = readdirSync(join(root, folder)).filter(
      (name) => name.endsWith(".yaml") && name !== "kustomization.yaml",
    );
    expect(files.toSorted()).toEqual(kustomization.resources.toSorted());
  });

  it("select the pods that the deployment creates", () => {
    const labels = one("Deployment").spec.template.metadata.labels;
    for (const selector of [
      one("Deployment").spec.selector.matchLabels,
      one("Service").spec.selector,
      one("PodDisruptionBudget").spec.selector.matchLabels,
      one("NetworkPolicy").spec.podSelector.matchLabels,
    ]) {
      expect(labels).toMatchObject(selector);
    }
    expect(one("HorizontalPodAutoscaler").spec.scaleTargetRef).toMatchObject({
      kind: "Deployment",
      name: one("Deployment").metadata.name,
    });
  });

  it("use only ports that the container has", () => {
    const ports = container().ports.map(({ name }: { name: string }) => name);
    const { startupProbe, livenessProbe, readinessProbe } = container();
    const probed = [startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet);
    expect(probed.map(({ path }) => path)).toEqual(["/livez", "/livez", "/readyz"]);
    const named = [
      ...probed.map(({ port }) => port),
      ...one("Service").spec.ports.map(({ targetPort }: { targetPort: string }) => targetPort),
    ];
    expect(ports).toEqual(expect.arrayContaining(named));
    const { PORT, METRICS_PORT } = one("ConfigMap").data;
    expect(container().ports.map(({ containerPort }: { containerPort: number }) => String(containerPort))).toEqual([
      PORT,
      METRICS_PORT,
    ]);
  });

  it("have only known settings, and secrets only as files below the mount", () => {
    const { data } = one("ConfigMap");
    expect(Object.keys(data).filter((name) => !isSetting(name))).toEqual([]);
    const [{ mountPath, readOnly }] = container().volumeMounts;
    expect(readOnly).toBe(true);
    const files = Object.entries<string>(data).filter(([name]) => name.endsWith("_FILE"));
    expect(files.length).toBeGreaterThan(0);
    for (const [, path] of files) expect(path.startsWith(`${mountPath}/`)).toBe(true);
    expect(Object.keys(data)).not.toContain("ACS_CONNECTION_STRING");
    expect(plainSecrets(data)).toEqual([]);
  });

  it("give the process no rights and enough time to stop", () => {
    expect(pod().securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect(pod().automountServiceAccountToken).toBe(false);
    // Otherwise a service of the namespace could set variables that are settings, such as METRICS_PORT.
    expect(pod().enableServiceLinks).toBe(false);
    expect(container().securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    const preStopSeconds = container().lifecycle.preStop.sleep.seconds;
    expect(pod().terminationGracePeriodSeconds).toBeGreaterThan(preStopSeconds + graceSeconds);
    expect(requestLimits.handlerTimeout / 1000).toBeLessThan(pod().terminationGracePeriodSeconds);
  });

  it("refuse every pod in the namespace that has more rights than the server", () => {
    const { name, labels } = one("Namespace").metadata;
    expect(name).toBe(kustomization.namespace);
    expect(labels["pod-security.kubernetes.io/enforce"]).toBe("restricted");
    // The controls of "restricted" that the pod must meet itself; the test above has those of the container.
    expect(pod()).not.toHaveProperty("hostNetwork");
    expect(pod().securityContext.runAsUser).toBeGreaterThan(0);
    for (const volume of pod().volumes) expect(Object.keys(volume)).not.toContain("hostPath");
  });

  it("limit memory and disk", () => {
    const { requests, limits } = container().resources;
    expect(Object.keys(requests)).toEqual(expect.arrayContaining(["cpu", "memory", "ephemeral-storage"]));
    expect(limits).toEqual({ memory: "512Mi", "ephemeral-storage": expect.stringMatching(/^\d+Mi$/) });
  });

  it("let the server reach public addresses of both families, and none of the cluster or the cloud's metadata", () => {
    type Rule = { to: { ipBlock?: { cidr: string; except: string[] } }[]; ports: { port: number }[] };
    const rules: Rule[] = one("NetworkPolicy").spec.egress;
    const rule = rules.find(({ to }) => to.some(({ ipBlock }) => ipBlock));
    const blocks = rule?.to.map(({ ipBlock }) => ipBlock);
    expect(blocks?.map((block) => block?.cidr)).toEqual(["0.0.0.0/0", "::/0"]);
    const closed = blocks?.flatMap((block) => block?.except ?? []);
    expect(closed).toEqual(expect.arrayContaining(["10.0.0.0/8", "169.254.0.0/16", "fc00::/7", "fe80::/10"]));
    // HTTPS, both of Azure's Redis services, PostgreSQL.
    expect(rule?.ports.map(({ port }) => port).toSorted()).toEqual([10_000, 443, 5432, 6380].toSorted());
  });

  it("never stop the last instance on purpose", () => {
    expect(one("HorizontalPodAutoscaler").spec.minReplicas).toBeGreaterThanOrEqual(2);
    expect(one("PodDisruptionBudget").spec.maxUnavailable).toBe(1);
    expect(one("Deployment").spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
    // A number in the manifest would override the autoscaler, and the other way round.
    expect(one("Deployment").spec.replicas).toBeUndefined();
  });
});

describe("the Bicep file", () => {
  const bicep = read("deploy/azure/main.bicep");
  const code = bicep.replace(/^\s*\/\/.*$/gm, "");
  const declared = [...code.matchAll(/^(param|var|resource|output) (\w+)/gm)].map(([, kind, name]) => ({
    kind,
    name: name ?? "",
  }));

  it("has balanced brackets", () => {
    const open: string[] = [];
    const pairs: Record<string, string> = { ")": "(", "]": "[", "}": "{" };
    for (const character of code.replace(/'(?:\\.|\$\{[^}]*\}|[^'\\])*'/g, "''")) {
      if ("([{".includes(character)) open.push(character);
      if (pairs[character]) expect(open.pop()).toBe(pairs[character]);
    }
    expect(open).toEqual([]);
  });

  it("uses everything that it declares", () => {
    for (const { kind, name } of declared.filter(
      (declaration) => declaration.kind !== "output" && declaration.name !== "app",
    )) {
      expect([kind, name, code.match(new RegExp(`\\b${name}\\b`, "g"))?.length ?? 0]).toEqual([
        kind,
        name,
        expect.toSatisfy((uses: number) => uses > 1),
      ]);
    }
  });

  it("pins the version of every resource type, and has no secret as a plain parameter", () => {
    for (const [, type] of code.matchAll(/^resource \w+ '([^']+)'/gm))
      expect(type).toMatch(/^Microsoft\.[\w./]+@\d{4}-\d{2}-\d{2}$/);
    expect(code).toMatch(/@secure\(\)\nparam redisUrl/);
    expect(code).not.toMatch(/param \w*(key|password|connectionString)\w*/i);
  });

  it("has only known settings, and secrets as files", () => {
    const names = [...code.matchAll(/\{ name: '([A-Z0-9_]+)'/g)].map(([, name]) => name ?? "");
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !isSetting(name))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(["ACS_CONNECTION_STRING_FILE", "REDIS_URL_FILE"]));
    expect(names.filter((name) => secretNames.includes(name))).toEqual([]);
  });

  it("has a value for each parameter without a default, and no others", () => {
    const required = [...code.matchAll(/^param (\w+) \w+$/gm)].map(([, name]) => name);
    const given = [...read("deploy/azure/main.bicepparam").matchAll(/^param (\w+) =/gm)].map(([, name]) => name);
    expect(given).toEqual(required);
  });
});

interface Job {
  steps: { run?: string; uses?: string }[];
  "timeout-minutes": number;
  permissions?: Record<string, string>;
}

describe("the workflows", () => {
  const files = readdirSync(join(root, ".github/workflows"));
  const jobsOf = (name: string) => Object.values<Job>(parse(read(`.github/workflows/${name}`)).jobs);

  it.each(files)("%s is valid for GitHub's own parser", (name) => {
    const { context } = parseWorkflow(
      { name, content: read(`.github/workflows/${name}`) },
      new NoOperationTraceWriter(),
    );
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  });

  it.each(files)("%s has only the rights that it lists, and no shell that reads foreign input", (name) => {
    const text = read(`.github/workflows/${name}`);
    expect(parse(text).permissions).toEqual({ contents: "read" });
    for (const job of jobsOf(name)) {
      expect(job["timeout-minutes"]).toBeGreaterThan(0);
      for (const { run = "" } of job.steps) expect(run).not.toContain("${{");
    }
  });

  it.each(files)("%s runs actions of one commit, with their version beside it", (name) => {
    const lines = read(`.github/workflows/${name}`).match(/\buses: .*$/gm) ?? [];
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/^uses: [\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it.each(files)("%s runs no code of dependencies in a job that may write", (name) => {
    for (const { steps, permissions = {} } of jobsOf(name)) {
      if (!Object.values(permissions).includes("write")) continue;
      const commands = steps.map(({ run = "" }) => run).join("\n");
      expect(commands).not.toMatch(/\bnpm (ci|install|run|test|exec)\b|\bnpx\b|\bnode\b/);
      for (const [line] of commands.matchAll(/.*\bnpm publish\b.*/g)) expect(line).toContain("--ignore-scripts");
    }
  });

  it("pin what a bot keeps up to date", () => {
    const { updates } = parse(read(".github/dependabot.yml"));
    const ecosystems = updates.map((update: Record<string, string>) => update["package-ecosystem"]);
    expect(ecosystems).toEqual(expect.arrayContaining(["github-actions", "docker", "docker-compose"]));
  });
});
