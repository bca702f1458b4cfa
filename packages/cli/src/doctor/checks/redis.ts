// The Redis that instances share: whether it can be reached, takes writes and runs scripts, and whether its keys are what they
// should be.
import { type Check, configOf } from "./check.ts";

/** Redis, if the settings name one. */
export const redis: Check = {
  name: "redis",
  needs: "settings",
  run: async (examined) => {
    const config = configOf(examined);
    if (config.redisUrl === undefined) return [];
    const { examineRedis } = await import("@teams-token-exchange/server/admin");
    const problem = await examineRedis(config);
    if (!problem) return [];
    const [what = "", ...remedy] = problem.explanation.split(". ");
    return [
      {
        id: "redis-unusable",
        what: `${what}.`,
        why: "Without it, each instance has only its own part of the quota, the deny-list cannot be changed, and an instance that starts does not become ready.",
        remedy: `${remedy.join(". ") || "Look at the log of Redis, and at REDIS_URL"}.`,
      },
    ];
  },
};
