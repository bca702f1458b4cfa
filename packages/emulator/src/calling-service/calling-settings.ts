// The settings of the calling service, with their defaults.
import type { CallingSettings } from "../state/seed-types.ts";
import type { State } from "../state/state.ts";

const defaults: Required<CallingSettings> = {
  // "Usually 2 minutes": the documentation of subcode 10004.
  ringSeconds: 120,
  lobbySeconds: 1_800,
  reconnectSeconds: 10,
  tokenGraceSeconds: 10,
  phoneAnswerSeconds: 2,
};

/** The setting in milliseconds. */
export const callingMilliseconds = ({ settings }: State, name: keyof CallingSettings): number =>
  (settings.calling?.[name] ?? defaults[name]) * 1000;
