// The question that every route asks which gives out tokens or changes what they are for: is this caller denied?
import type { Caller } from "@teams-token-exchange/rules";
import { Problem } from "../problems/problem.ts";
import type { DenyList } from "./deny-list.ts";

/** @throws {Problem} `caller-denied`; asked anew for each request, so that an entry counts at once */
export async function refuseDenied(denyList: DenyList, caller: Caller): Promise<void> {
  const denied = await denyList.find(caller);
  if (denied) throw new Problem("caller-denied", { reason: `denied-${denied.subject.kind}` });
}
