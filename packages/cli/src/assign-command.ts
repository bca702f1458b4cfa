// teams-token-exchange assign: lets users and resource accounts use Teams Phone extensibility at the ACS resource.
import { ConfigError, PackageMissing } from "@teams-token-exchange/server";
import {
  AdminFailure,
  type Assignee,
  type Assignment,
  type AssignmentClient,
  openAssignments,
} from "@teams-token-exchange/server/admin";
import { Argument, type Command, Option } from "commander";
import { loadEnvironment } from "./command/environment.ts";
import { CommandFailure, UsageError } from "./command/failures.ts";
import { guidOf, guidsOf } from "./command/option-values.ts";

const kinds = ["user", "resourceAccount"] as const;

function readKind(text: string): (typeof kinds)[number] {
  const kind = kinds.find((name) => name === text);
  if (kind) return kind;
  throw new UsageError("the first argument must be user, resourceAccount, list or remove");
}

const readClients = (text: string): string[] => text.split(",").map(guidOf("each client id of --clients"));

function formatAssignment({ principalType, tenantId, objectId, clientIds }: Assignment): string {
  const clients = clientIds ? `with ${clientIds.join(", ")}` : "with any client";
  return `${principalType} ${tenantId} ${objectId} is assigned, ${clients}.`;
}

async function lineOf(assignments: AssignmentClient, assignee: Assignee): Promise<string> {
  const found = await assignments.find(assignee);
  return found ? formatAssignment(found) : `${assignee.tenantId} ${assignee.objectId} is not assigned.`;
}

const tenantArgument = () => new Argument("<tenantId>", "the tenant's id").argParser(guidOf("<tenantId>"));
const objectArgument = () =>
  new Argument("<objectId>", "the object id of the user or resource account").argParser(guidOf("<objectId>"));

const resourceOption = () => new Option("--resource <name>", "the resource in TENANTS_FILE, if there are several");

/** Adds arguments and subcommands. @param open connects to ACS; tests record what would be changed */
export function defineAssign(command: Command, open: typeof openAssignments = openAssignments): void {
  /** @param asked the command that was given; the option may stand before and behind a subcommand */
  async function ask(asked: Command, action: (assignments: AssignmentClient) => Promise<string[]>): Promise<void> {
    try {
      const { resource } = asked.optsWithGlobals<{ resource?: string }>();
      const assignments = await open(loadEnvironment(".env"), resource);
      const lines = await action(assignments).finally(() => assignments.close());
      process.stdout.write(`${lines.join("\n")}\n`);
    } catch (error) {
      const isForPeople =
        error instanceof AdminFailure || error instanceof ConfigError || error instanceof PackageMissing;
      throw isForPeople ? new CommandFailure(error.message, { cause: error }) : error;
    }
  }

  command
    .usage("user|resourceAccount <tenantId> <objectId> [--clients <ids>]")
    .description(
      "Lets a user or a resource account use Teams Phone extensibility at the ACS resource.\nThe settings of the server are read from the environment or .env.",
    )
    .addArgument(new Argument("<kind>", "user or resourceAccount").argParser(readKind))
    .addArgument(tenantArgument())
    .addArgument(objectArgument())
    .option("--clients <ids>", "only these client applications: GUIDs with commas between them", readClients)
    .addOption(resourceOption())
    .addHelpText(
      "after",
      "\nExample:\n  teams-token-exchange assign user 11111111-1111-4111-8111-111111111111 22222222-2222-4222-8222-222222222222",
    )
    .action(
      (principalType: Assignment["principalType"], tenantId: string, objectId: string, { clients }, asked: Command) => {
        const limited = clients && { clientIds: clients };
        return ask(asked, async (assignments) => [
          formatAssignment(await assignments.assign({ tenantId, objectId, principalType, ...limited })),
        ]);
      },
    );
  command
    .command("list")
    .summary("show the assignments of these users and resource accounts")
    .description(
      "Shows the assignments of the given objects. ACS cannot list all assignments of a tenant, so you name the objects.",
    )
    .addArgument(tenantArgument())
    .argument("<objectIds...>", "object ids of users or resource accounts", guidsOf("<objectIds...>"))
    .addHelpText(
      "after",
      "\nExample:\n  teams-token-exchange assign list 11111111-1111-4111-8111-111111111111 22222222-2222-4222-8222-222222222222",
    )
    .addOption(resourceOption())
    .action((tenantId: string, objectIds: string[], _options: object, asked: Command) =>
      ask(asked, (assignments) =>
        Promise.all(objectIds.map((objectId) => lineOf(assignments, { tenantId, objectId }))),
      ),
    );
  command
    .command("remove")
    .summary("take an assignment back")
    .description("Takes the assignment of a user or resource account back.")
    .addArgument(tenantArgument())
    .addArgument(objectArgument())
    .addHelpText(
      "after",
      "\nExample:\n  teams-token-exchange assign remove 11111111-1111-4111-8111-111111111111 22222222-2222-4222-8222-222222222222",
    )
    .addOption(resourceOption())
    .action((tenantId: string, objectId: string, _options: object, asked: Command) =>
      ask(asked, async (assignments) => {
        await assignments.remove({ tenantId, objectId });
        return [`${tenantId} ${objectId} is not assigned any more.`];
      }),
    );
}
