#!/usr/bin/env node
// npm run doctor: the process around it.
import { setTimeout as pause } from "node:timers/promises";
import { readEnvironment } from "../command/environment.js";
import { Advice } from "../command/failures.js";
import { terminal } from "../command/io.js";
import { readCloud } from "../graph/cloud.js";
import { createGraph } from "../graph/graph.js";
import { createSignIn, scopesFor } from "../graph/sign-in.js";
import { diagnose } from "./doctor.js";
import { exitStatusOf, usableConfig } from "./examine.js";
import { reportLines } from "./in-words.js";
import { readOptions, usage } from "./options.js";
const permissions = ["Application.Read.All", "DelegatedPermissionGrant.Read.All", "Policy.Read.All", "User.Read"];
function graphFor({ graph, signIn }, env) {
    const config = usableConfig(env);
    if (!graph || !config)
        return undefined;
    const cloud = readCloud(env);
    const credential = createSignIn({ way: signIn, cloud, tenantId: config.entra.tenantId, say: terminal.note });
    return createGraph({
        endpoint: cloud.graphEndpoint,
        credential,
        scopes: scopesFor(signIn, cloud, permissions),
        fetch,
        pause,
    });
}
async function main(args) {
    const options = readOptions(args);
    const { env, inFile } = readEnvironment(process.env, options.envFile);
    terminal.note("Checking …");
    const { server, skip } = options;
    const needs = {
        env,
        inFile,
        server,
        skip,
        folder: process.cwd(),
        fetch,
        now: Date.now,
        graph: graphFor(options, env),
    };
    const report = await diagnose(needs);
    if (options.json)
        terminal.say(JSON.stringify(report, undefined, 2));
    else
        for (const line of reportLines(report, options.verbose, Date.now()))
            terminal.say(line);
    return exitStatusOf(report);
}
const args = process.argv.slice(2);
if (args.includes("--help")) {
    terminal.say(usage);
}
else {
    process.exitCode = await main(args).catch((error) => {
        const isMistake = error.code?.startsWith("ERR_PARSE_ARGS") ?? false;
        if (!(error instanceof Advice) && !isMistake)
            throw error;
        const lines = error instanceof Advice ? error.lines : ["There is an argument that doctor does not know.", usage];
        for (const line of lines)
            terminal.note(line);
        return 2;
    });
}
