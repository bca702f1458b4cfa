/** The settings. @throws where `needs` was not "settings" */
export function configOf({ config }) {
    if (!config)
        throw new Error("this check needs the settings");
    return config;
}
/** What the tenant holds. @throws where `needs` was not "directory" */
export function directoryOf({ graph, registrations }) {
    if (!graph || !registrations)
        throw new Error("this check needs the directory");
    return { graph, registrations };
}
/** Turns a failure to check into its words. */
export const unchecked = ({ name, isOptional = false }, { message, next }) => ({
    ...{ check: name, reason: message, next, isOptional },
});
