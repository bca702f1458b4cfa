import { Command } from "commander";
/** A command as all of ours are: it throws instead of ending the process, and its errors point to the help. */
export declare function configured(command: Command): Command;
/** Runs the command that the words ask for. A command that goes on, such as a server, has started when this resolves. */
export declare function runProgram(words: readonly string[]): Promise<void>;
