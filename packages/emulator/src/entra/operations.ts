// All of Entra that this emulator serves.
import type { Operation } from "../http/operation.ts";
import { adminConsent } from "./admin-consent.ts";
import { authorize } from "./authorize/authorize.ts";
import { signInForms } from "./authorize/sign-in-forms.ts";
import { deviceSignIn } from "./device-sign-in.ts";
import { discovery } from "./discovery.ts";
import { instanceDiscovery } from "./instance-discovery.ts";
import { keys } from "./keys.ts";
import { logoutOperations } from "./logout.ts";
import { tokenOperations } from "./token/token.ts";

/** In the order of a sign-in. */
export const entraOperations: readonly Operation[] = [
  ...discovery,
  ...instanceDiscovery,
  ...keys,
  ...authorize,
  ...signInForms,
  ...adminConsent,
  ...deviceSignIn,
  ...tokenOperations,
  ...logoutOperations,
];
