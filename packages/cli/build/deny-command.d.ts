import { openDenyList } from "@teams-token-exchange/server/admin";
import type { Command } from "commander";
/** Adds the subcommands. @param open opens the deny list; tests record what would be changed */
export declare function defineDeny(command: Command, open?: typeof openDenyList): void;
