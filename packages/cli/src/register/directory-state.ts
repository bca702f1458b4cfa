// Reads what there is of a deployment, and carries it through the steps: by Graph, or on paper for a dry run. The state is
// kept here and not read again, because Graph may take minutes to list a new object.

import type { Environment } from "../command/environment.ts";
import { Advice } from "../command/failures.ts";
import { findApplication, findServicePrincipal, findTagged } from "../graph/directory.ts";
import type { Graph } from "../graph/graph.ts";
import { type Application, acsAppId, application, servicePrincipal } from "../graph/objects.ts";
import type { DesiredState, Directory } from "./desired-state.ts";
import type { Step } from "./next-step.ts";

/** Found by the ID in the settings, also if it was registered by hand; otherwise by our tag. */
async function findOne(graph: Graph, appId: string | undefined, tag: string): Promise<Application | undefined> {
  const named = appId && /^[0-9a-f-]{36}$/i.test(appId) ? await findApplication(graph, appId.toLowerCase()) : undefined;
  if (named) return named;
  const [found, ...more] = await findTagged(graph, tag);
  if (more.length > 0) {
    throw new Advice(
      `Several applications carry the tag ${tag}.`,
      "Delete those that are not in use, in the Entra admin center under App registrations.",
    );
  }
  return found;
}

/** What there is. */
export async function readDirectory(graph: Graph, desired: DesiredState, env: Environment): Promise<Directory> {
  const api = await findOne(graph, env["ENTRA_API_CLIENT_ID"]?.trim(), desired.tags.api);
  const client = await findOne(graph, env["ENTRA_CLIENT_IDS"]?.split(",")[0]?.trim(), desired.tags.client);
  const principalOf = async (role: "api" | "client" | "acs", appId: string | undefined) => {
    const found = appId === undefined ? undefined : await findServicePrincipal(graph, appId);
    return found ? { [role]: found } : {};
  };
  return {
    applications: { ...(api && { api }), ...(client && { client }) },
    principals: {
      ...(await principalOf("api", api?.appId)),
      ...(await principalOf("client", client?.appId)),
      ...(await principalOf("acs", acsAppId)),
    },
  };
}

const withApplication = (directory: Directory, role: "api" | "client", changed: unknown): Directory => ({
  ...directory,
  applications: { ...directory.applications, [role]: application.parse(changed) },
});

/** The state after a step, if it went well. */
function after(directory: Directory, step: Step, answer: unknown): Directory {
  if (step.kind === "create-principal") {
    return { ...directory, principals: { ...directory.principals, [step.role]: servicePrincipal.parse(answer) } };
  }
  const before = directory.applications[step.role];
  return withApplication(
    directory,
    step.role,
    step.kind === "create-application" ? answer : { ...before, ...step.body },
  );
}

/** Takes a step on paper. */
export function simulate(directory: Directory, step: Step): Directory {
  const made = { id: "(new)", appId: `<${step.role} id>`, api: {}, ...step.body };
  return after(directory, step, made);
}

/** Takes a step in the tenant. Some of Graph may not know a new object yet, so the request may be tried again. */
export async function perform(graph: Graph, directory: Directory, step: Step): Promise<Directory> {
  const settles = true;
  if (step.kind === "create-application") return after(directory, step, await graph.post("/applications", step.body));
  if (step.kind === "create-principal") {
    return after(directory, step, await graph.post("/servicePrincipals", step.body, { settles }));
  }
  await graph.patch(`/applications/${directory.applications[step.role]?.id ?? ""}`, step.body, { settles });
  return after(directory, step, undefined);
}
