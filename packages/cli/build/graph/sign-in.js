import { AzureCliCredential, DefaultAzureCredential, DeviceCodeCredential } from "@azure/identity";
/** `device`: a code typed in a browser. `cli`: as `az login` left it. `existing`: environment, workload identity, CLI … */
export const signInWays = ["device", "cli", "existing"];
/** Microsoft Graph Command Line Tools: Microsoft's own public client for such commands, known in every tenant. */
const commandLineClientId = "14d82eec-204b-4c2f-b7e8-296a70dab67e";
/** What the person may be asked to consent to; the other ways bring what their application was granted before. */
export const scopesFor = (way, cloud, permissions) => way === "device"
    ? permissions.map((permission) => `${cloud.graphResource}/${permission}`)
    : [`${cloud.graphResource}/.default`];
/** A credential; nobody is asked before the first token is. */
export function createSignIn({ way, cloud, tenantId, say }) {
    if (way === "cli")
        return new AzureCliCredential({ tenantId });
    const authorityHost = cloud.signInAuthority;
    if (way === "existing")
        return new DefaultAzureCredential({ tenantId, authorityHost });
    return new DeviceCodeCredential({
        ...{ tenantId, authorityHost, clientId: commandLineClientId },
        // Instance discovery asks Microsoft's public cloud whether an authority is one of its own; only that cloud's need it.
        disableInstanceDiscovery: authorityHost !== "https://login.microsoftonline.com",
        userPromptCallback: ({ message }) => say(message),
    });
}
