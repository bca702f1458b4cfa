#!/usr/bin/env node
// npm run register: the process around it.
import { setTimeout as pause } from "node:timers/promises";
import { readEnvironment } from "../command/environment.js";
import { Advice } from "../command/failures.js";
import { terminal } from "../command/io.js";
import { readCloud } from "../graph/cloud.js";
import { createGraph } from "../graph/graph.js";
import { createSignIn, scopesFor } from "../graph/sign-in.js";
import { findTenantId } from "../graph/tenant.js";
import { adviceForGraph } from "./graph-advice.js";
import { openPage } from "./open-page.js";
import { envFileOf, readOptions, usage } from "./options.js";
import { register, undo } from "./register.js";
const permissions = ["Application.ReadWrite.All"];
const permissionsOfUndo = [...permissions, "DelegatedPermissionGrant.Read.All"];
const role = "Application Administrator or Cloud Application Administrator";
async function main(args) {
    const { env } = readEnvironment(process.env, envFileOf(args));
    const options = readOptions(args, env);
    const cloud = readCloud(env);
    const needed = options.undo ? permissionsOfUndo : permissions;
    const tenantId = await findTenantId(cloud.authority, options.tenant, fetch);
    const credential = createSignIn({ way: options.signIn, cloud, tenantId, say: terminal.note });
    const scopes = scopesFor(options.signIn, cloud, needed);
    const graph = createGraph({ endpoint: cloud.graphEndpoint, credential, scopes, fetch, pause });
    const needs = { options, env, cloud, tenantId, graph, io: terminal };
    try {
        if (options.undo)
            return await undo(needs);
        const address = await register(needs);
        if (options.open && address)
            openPage(address);
    }
    catch (error) {
        throw adviceForGraph(error, needed, role);
    }
}
const args = process.argv.slice(2);
if (args.includes("--help")) {
    terminal.say(usage);
}
else {
    await main(args).catch((error) => {
        const isMistake = error.code?.startsWith("ERR_PARSE_ARGS") ?? false;
        if (!(error instanceof Advice) && !isMistake)
            throw error;
        const lines = error instanceof Advice ? error.lines : ["There is an argument that register does not know.", usage];
        for (const line of lines)
            terminal.note(line);
        process.exitCode = 1;
    });
}
