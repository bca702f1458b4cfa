// All of Entra that this emulator serves.
import type { Operation } from "../http/operation.ts";
import { adminConsent } from "../sign-in/admin-consent.ts";
import { authorize } from "../sign-in/authorize.ts";
import { deviceSignIn } from "../sign-in/device-sign-in.ts";
import { logoutOperations } from "../sign-in/logout.ts";
import { signInForms } from "../sign-in/sign-in-forms.ts";
import { tokenOperations } from "../token-endpoint/token-operations.ts";
import { discovery } from "./discovery.ts";
import { instanceDiscovery } from "./instance-discovery.ts";
import { keys } from "./keys.ts";

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
