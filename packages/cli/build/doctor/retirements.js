// What Microsoft has retired or announced to retire, as far as a deployment of this kind can use it.
/** ACS itself: in use by definition, so it is told only to those who want every word. */
export const acsRetirement = { what: "Azure Communication Services as a product of its own", lastDay: "2028-09-30" };
/** By the vendor's announcements. */
export const retirements = [
    {
        id: "retired-azure-ad-graph",
        what: "Azure AD Graph",
        lastDay: "2025-06-30",
        remedy: "Entra admin center → App registrations → API permissions: remove Azure Active Directory Graph; Microsoft Graph takes its place.",
        packages: [],
        resources: ["00000002-0000-0000-c000-000000000000"],
    },
    {
        id: "retired-adal",
        what: "the Azure AD Authentication Library (ADAL)",
        lastDay: "2023-06-30",
        remedy: "Replace the package by @azure/msal-browser or @azure/msal-node.",
        packages: ["adal-angular", "adal-node", "react-adal"],
        resources: [],
    },
    {
        id: "retired-acs-ui-library",
        what: "the Web UI Library of Azure Communication Services",
        lastDay: "2028-09-30",
        remedy: "Replace the package by @azure/communication-calling; docs/adr/0005-calling-sdk-without-ui-library.md says how this client does.",
        packages: ["@azure/communication-react"],
        resources: [],
    },
    {
        id: "retired-acs-chat",
        what: "Chat and Rooms of Azure Communication Services",
        lastDay: "2028-09-30",
        remedy: "Use chats of Teams through Microsoft Graph instead.",
        packages: ["@azure/communication-chat", "@azure/communication-rooms"],
        resources: [],
    },
];
const dayMs = 24 * 60 * 60_000;
/** Days until the end of the last day; negative when it is over. */
export const daysLeft = (lastDay, nowMs) => Math.ceil((Date.parse(`${lastDay}T23:59:59Z`) - nowMs) / dayMs) - 1;
/** As people say it. */
export function untilInWords(lastDay, nowMs) {
    const days = daysLeft(lastDay, nowMs);
    return days < 0 ? `ended on ${lastDay}, ${-days} days ago` : `ends on ${lastDay}, in ${days} days`;
}
