// POST /emulator/api/{action}: the control API. It accepts only JSON, which other origins cannot send without a
// preflight that always fails, and only its own or a loopback host name, as a protection against DNS rebinding.

import type { EmulatorContext } from "../http/context.ts";
import { isOwnHost } from "../http/host-rules.ts";
import { type Answer, headerOf, jsonObjectOf, type Operation, type OperationRequest } from "../http/operation.ts";
import { check } from "../state/schema.ts";
import { actions } from "./control-actions.ts";

const refusal = (status: number, code: string, message: string): Answer => ({
  status,
  body: { error: { code, message } },
  reason: message,
});

async function control(context: EmulatorContext, request: OperationRequest): Promise<Answer> {
  if (!isOwnHost(context, request.headers.host)) {
    return refusal(403, "EmulatorForeignHost", "The control API accepts requests only for its own host name.");
  }
  if (!headerOf(request, "content-type")?.startsWith("application/json")) {
    return refusal(415, "EmulatorJsonOnly", "The control API accepts only application/json.");
  }
  const name = request.params["action"] ?? "";
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action) return refusal(404, "EmulatorUnknownAction", `Known actions: ${Object.keys(actions).join(", ")}`);
  const input = jsonObjectOf(request);
  if (!input) return refusal(400, "EmulatorBadRequest", "The body must be a JSON object.");
  try {
    check(action.input, input);
    return { status: 200, body: await action.run(context, input), asked: name };
  } catch (error) {
    return refusal(400, "EmulatorBadRequest", error instanceof Error ? error.message : "The action failed.");
  }
}

/** One route for all actions. It is not in the request log, which covers the emulated services. */
export const controlApi: Operation = {
  name: "control",
  method: "POST",
  path: "/emulator/api/:action",
  // An import takes what an export gives, and the state of a long test can be large.
  bodyLimitBytes: Number.MAX_SAFE_INTEGER,
  handle: control,
};
