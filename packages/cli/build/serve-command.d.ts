import { type Command } from "commander";
/** Adds options and the action. */
export declare function defineServe(command: Command): void;
