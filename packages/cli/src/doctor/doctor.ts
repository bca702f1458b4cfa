// The doctor command without its terminal: reads the registrations and runs the checks.

import type { ProxySettings } from "@teams-token-exchange/server/deployment";
import type { Environment } from "../command/environment.ts";
import { Advice } from "../command/failures.ts";
import type { Graph } from "../graph/graph.ts";
import { type Registrations, readRegistrations } from "./checks/registrations.ts";
import { asAdvice, examine, forTenant, type Report, usableConfig } from "./examine.ts";

export interface DoctorNeeds {
  readonly env: Environment;
  readonly inFile: Environment;
  readonly server: URL | undefined;
  readonly folder: string;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  /** Absent if sign-in is switched off. */
  readonly graph: Graph | undefined;
  /** Whether a person is asked to sign in. */
  readonly wantsSignIn?: boolean;
  /** What `fetch` goes through; only for messages. */
  readonly proxy?: ProxySettings | undefined;
  readonly skip?: readonly string[];
  /** The name of the tenant in TENANTS_FILE. */
  readonly tenant?: string | undefined;
}

const notSignedIn = new Advice("Nobody signed in.", "Leave --no-graph out, and correct the settings.");

/**
 * Looks at everything. What stands in the way of a part is in the report, never thrown.
 * @throws {UsageError} if it is not clear which tenant is meant
 */
export async function diagnose(needs: DoctorNeeds): Promise<Report> {
  const whole = usableConfig(needs.env);
  const config = whole && forTenant(whole, needs.tenant);
  let noDirectory = notSignedIn;
  let registrations: Registrations | undefined;
  if (needs.graph && config) {
    try {
      registrations = await readRegistrations(needs.graph, config);
    } catch (error) {
      noDirectory = asAdvice(error);
    }
  }
  return examine({ ...needs, config, registrations }, noDirectory, needs.skip);
}
