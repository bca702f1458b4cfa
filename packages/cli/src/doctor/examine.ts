// Runs the checks in order, and separates the findings from the checks that could not run.
import { type Config, ConfigError, readConfig } from "@teams-token-exchange/server/deployment";
import type { Environment } from "../command/environment.ts";
import { Advice, UsageError } from "../command/failures.ts";
import { GraphError } from "../graph/graph.ts";
import { account } from "./checks/account.ts";
import { acs } from "./checks/acs.ts";
import { apiRegistration } from "./checks/api-registration.ts";
import { authority } from "./checks/authority.ts";
import { type Check, type Examined, type Finding, type Unchecked, unchecked } from "./checks/check.ts";
import { clientRegistration } from "./checks/client-registration.ts";
import { consent } from "./checks/consent.ts";
import { https } from "./checks/https.ts";
import { installation } from "./checks/installation.ts";
import { network } from "./checks/network.ts";
import { origins } from "./checks/origins.ts";
import { redis } from "./checks/redis.ts";
import { retired } from "./checks/retired.ts";
import { settings } from "./checks/settings-check.ts";
import { tokenLifetime } from "./checks/token-lifetime.ts";

/** In the order in which one thing rests on the other. */
export const checks: readonly Check[] = [
  settings,
  installation,
  network,
  authority,
  apiRegistration,
  clientRegistration,
  consent,
  account,
  tokenLifetime,
  acs,
  redis,
  origins,
  https,
  retired,
];

/** The result of all checks. */
export interface Report {
  readonly checked: readonly string[];
  readonly findings: readonly (Finding & { readonly check: string })[];
  readonly unchecked: readonly Unchecked[];
}

/**
 * The settings for one tenant of several, with that tenant's first resource.
 * @param name the tenant's name in TENANTS_FILE; it may be left out if there is only one
 * @throws {UsageError} if the settings have several tenants and none of them has that name
 */
export function forTenant(config: Config, name: string | undefined): Config {
  const { tenants, resources } = config.tenancy;
  const tenant = name === undefined && tenants.length === 1 ? tenants[0] : tenants.find((each) => each.name === name);
  if (tenant === undefined || (name !== undefined && tenant.name === undefined)) {
    const names = tenants.flatMap((each) => each.name ?? []);
    throw new UsageError(
      names.length === 0
        ? "--tenant is for the tenants of TENANTS_FILE, which is not set"
        : `--tenant must be one of ${names.join(", ")}`,
    );
  }
  const { id: tenantId, clientIds, requiredAuthContexts } = tenant;
  const resource = resources[tenant.resources[0] ?? 0];
  return {
    ...config,
    entra: { ...config.entra, tenantId, clientIds: [...clientIds], requiredAuthContexts: [...requiredAuthContexts] },
    acs: { ...config.acs, ...(resource && { endpoint: resource.endpoint, accessKeys: resource.accessKeys }) },
  };
}

/** The settings without those that are bad, so that one bad setting does not hide everything behind it. */
export function usableConfig(env: Environment): Config | undefined {
  try {
    return readConfig({ ...env });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const bad = new Set(error.problems.map(({ setting }) => setting));
    const rest = Object.fromEntries(Object.entries(env).filter(([name]) => !bad.has(name)));
    try {
      return readConfig(rest);
    } catch {
      return undefined;
    }
  }
}

function obstacle(
  { needs }: Check,
  { config, graph, registrations }: Examined,
  noDirectory: Advice,
): Advice | undefined {
  if (needs === "nothing") return undefined;
  if (!config) return new Advice("The settings are not complete enough.", "Correct the settings first.");
  return needs === "settings" || (graph && registrations) ? undefined : noDirectory;
}

/** The error as advice. @throws the error itself if it is a defect */
export const asAdvice = (error: unknown): Advice => {
  if (error instanceof Advice) return error;
  if (!(error instanceof GraphError)) throw error;
  return new Advice(
    error.message,
    "The account needs to read applications and grants: the role Directory Readers, or Application.Read.All and DelegatedPermissionGrant.Read.All.",
    { cause: error },
  );
};

/** Runs the checks. @param noDirectory why the directory cannot be read @param skip names of checks to leave out */
export async function examine(examined: Examined, noDirectory: Advice, skip: readonly string[] = []): Promise<Report> {
  const checked: string[] = [];
  const findings: (Finding & { check: string })[] = [];
  const left: Unchecked[] = [];
  for (const check of checks.filter(({ name }) => !skip.includes(name))) {
    const inTheWay = obstacle(check, examined, noDirectory);
    if (inTheWay) {
      left.push(unchecked(check, inTheWay));
      continue;
    }
    try {
      findings.push(...(await check.run(examined)).map((finding) => ({ check: check.name, ...finding })));
      checked.push(check.name);
    } catch (error) {
      left.push(unchecked(check, asAdvice(error)));
    }
  }
  return { checked, findings, unchecked: left };
}

/** 0 without findings, 1 with findings, 2 if a required check could not run. */
export function exitStatusOf({ findings, unchecked: left }: Report): 0 | 1 | 2 {
  if (findings.length > 0) return 1;
  return left.some(({ isOptional }) => !isOptional) ? 2 : 0;
}
