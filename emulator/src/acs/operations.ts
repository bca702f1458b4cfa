// All of ACS Identity that this emulator serves.
import type { Operation } from "../http/operation.ts";
import { exchangeTeamsUserAccessToken } from "./exchange-teams-user-access-token.ts";

/** By resource, as in the REST specification. */
export const acsOperations: readonly Operation[] = [exchangeTeamsUserAccessToken];
