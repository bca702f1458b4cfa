import { openAssignments } from "@teams-token-exchange/server/admin";
import { type Command } from "commander";
/** Adds arguments and subcommands. @param open connects to ACS; tests record what would be changed */
export declare function defineAssign(command: Command, open?: typeof openAssignments): void;
