// Clients that come without types.
declare module "passport";
declare module "passport-openidconnect";
