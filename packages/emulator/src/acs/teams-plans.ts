// The service plans that make a Teams user, as Microsoft lists them for custom Teams endpoints.
import type { User } from "../state/seed-types.ts";

const plans = /^(TEAMS1|TEAMS_FREE|TEAMS_GOV|TEAMS_GCCHIGH|TEAMS_DOD|TEAMS_AR_\w+)$/;

/** Whether any of the user's plans includes Teams. */
export const hasTeamsPlan = (user: User): boolean => user.servicePlans.some((plan) => plans.test(plan));
