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

function userinfo(method: "GET" | "POST"): Operation {
  const operation = graphOperation({
    name: "userinfo",
    method,
    path: "/oidc/userinfo",
    permissions: [],
    handle: (_world, request, call) => {
      const { oid, upn, displayName } = signedIn(call);
      const [givenName = "", ...rest] = displayName.split(" ");
      return {
        status: 200,
        body: {
          // As in the ID token: pairwise for the client, not for Graph.
          sub: pairwiseSubject(oid, call.clientAppId),
          name: displayName,
          family_name: rest.join(" "),
          given_name: givenName,
          picture: `${request.origin}/v1.0/me/photo/$value`,
          email: upn,
        },
      };
    },
  });
  return { ...operation, path: "/oidc/userinfo" };
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
  userinfo("GET"),
  userinfo("POST"),
];
