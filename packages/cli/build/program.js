// The command line: names all commands, loads the one that is asked for, and turns every failure into a message and an
// exit status. Commander reads the arguments of all of them.
import { Command, CommanderError } from "commander";
import { CommandFailure, UsageError } from "./command/failures.js";
import { readVersion } from "./command/package-files.js";
/** Each command is a file of its own, so that a start loads only what it needs. */
const commands = {
    serve: {
        summary: "run the server with the settings of the environment and .env",
        load: async () => (await import("./serve-command.js")).defineServe,
    },
    deny: {
        summary: "refuse exchanges of a user, client or tenant, or allow them again",
        load: async () => (await import("./deny-command.js")).defineDeny,
    },
    assign: {
        summary: "let users and resource accounts use Teams Phone extensibility",
        load: async () => (await import("./assign-command.js")).defineAssign,
    },
};
/** Words that may be a token or another secret are never printed; a GUID is shorter than this. */
const withoutLongWords = (text) => text.replaceAll(/[^\s'=]{41,}/g, "…");
/** Commander repeats what it does not know. The value of an unknown option may be a secret, so only its name is repeated. */
const withoutValues = (text) => text.replaceAll(/'(--?[\w-]+)=[^']*'/g, "'$1'");
/** A command as all of ours are: it throws instead of ending the process, and its errors point to the help. */
export function configured(command) {
    return command
        .exitOverride()
        .enablePositionalOptions()
        .showHelpAfterError("Add --help to see what this command takes.")
        .configureOutput({
        outputError: (text, write) => write(withoutLongWords(withoutValues(text))),
    });
}
async function createProgram(words) {
    const program = configured(new Command("teams-token-exchange"))
        .description("Exchanges the Entra token of a Microsoft Teams user for an Azure Communication Services token: server, emulator and tools.")
        .option("-V, --version", "show the version")
        .on("option:version", () => {
        process.stdout.write(`${readVersion()}\n`);
        throw new CommanderError(0, "commander.version", "");
    })
        .addHelpText("after", "\nExample:\n  npx teams-token-exchange demo");
    for (const [name, { summary, load }] of Object.entries(commands)) {
        const command = program.command(name).summary(summary);
        if (words.includes(name))
            (await load())(command);
    }
    return program;
}
/** Says what went wrong. @returns the exit status */
function report(error) {
    // Commander has printed it: help and version are no failures, everything else is a mistake in the arguments.
    if (error instanceof CommanderError)
        return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof CommandFailure))
        throw error;
    for (const line of error.lines)
        process.stderr.write(`${line}\n`);
    return error instanceof UsageError ? 2 : 1;
}
/** Runs the command that the words ask for. A command that goes on, such as a server, has started when this resolves. */
export async function runProgram(words) {
    try {
        await (await createProgram(words)).parseAsync([...words], { from: "user" });
    }
    catch (error) {
        process.exitCode = report(error);
    }
}
