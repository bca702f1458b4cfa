// User_Get, LicenseDetails_List and the OIDC userinfo endpoint: the signed-in user and their service plans.

import { guidFromText } from "../crypto/random-values.ts";
import { pairwiseSubject } from "../entra/entra-tokens.ts";
import type { Operation } from "../http/operation.ts";
import { collection, type GraphCall, graphOperation, signedIn } from "./graph-operation.ts";

const READ = ["User.Read", "User.ReadWrite", "User.Read.All"];

function profile(call: GraphCall, select: string | null): object {
  const { oid, displayName, upn, guest } = signedIn(call);
  const [givenName = "", ...rest] = displayName.split(" ");
  return {
    id: oid,
    displayName,
    givenName,
    surname: rest.join(" "),
    userPrincipalName: upn,
    mail: upn,
    // Graph returns it only if `$select` names it.
    ...(select?.split(",").includes("userType") ? { userType: guest ? "Guest" : "Member" } : {}),
  };
}

/** GET /me, /me/licenseDetails and /oidc/userinfo. */
export const me: readonly Operation[] = [
  graphOperation({
    name: "User_Get",
    method: "GET",
    path: "/me",
    permissions: READ,
    handle: (_world, request, call) => ({
      status: 200,
      body: {
        "@odata.context": `${request.origin}/v1.0/$metadata#users/$entity`,
        ...profile(call, request.query.get("$select")),
      },
    }),
  }),
  graphOperation({
    name: "LicenseDetails_List",
    method: "GET",
    path: "/me/licenseDetails",
    permissions: READ,
    handle: (_world, request, call) => {
      const { oid, servicePlans } = signedIn(call);
      const plans = servicePlans.map((servicePlanName) => ({
        servicePlanId: guidFromText(servicePlanName),
        servicePlanName,
        provisioningStatus: "Success",
        appliesTo: "User",
      }));
      const sku = {
        id: guidFromText(`${oid} licence`),
        skuId: guidFromText("sku"),
        skuPartNumber: "EMULATED",
        servicePlans: plans,
      };
      return collection(request, `users('${oid}')/licenseDetails`, plans.length > 0 ? [sku] : []);
    },
  }),
  {
    ...graphOperation({
      name: "userinfo",
      method: "GET",
      path: "/oidc/userinfo",
      permissions: [],
      handle: (_world, _request, call) => {
        const user = signedIn(call);
        const sub = pairwiseSubject(user.oid, "00000003-0000-0000-c000-000000000000");
        return { status: 200, body: { sub, name: user.displayName, preferred_username: user.upn } };
      },
    }),
    path: "/oidc/userinfo",
  },
];
