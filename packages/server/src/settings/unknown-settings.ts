// Names in the environment that look like a setting and are none. A misspelt setting has no effect, and nobody notices that a
// limit or an origin is not in force.
import { settingNames, settingRows } from "./settings-table.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A name that this server does not know. */
export interface UnknownSetting {
  readonly name: string;
  /** The setting that is probably meant. */
  readonly meant: string;
  /** Whether that setting is given too. Then the name probably belongs to another program. */
  readonly isGivenToo: boolean;
}

/** Names of the libraries in use, of platforms and of these commands. */
const foreign = /^(AZURE|OTEL|NODE|NPM|HTTPS?|NO|IDENTITY|MSI|WEBSITE|KUBERNETES|PG)_|_SERVICE_(HOST|PORT)|_PORT_\d+_/i;

/** What Kubernetes sets for a service in the same namespace: a service `metrics` gives `METRICS_PORT=tcp://10.0.0.1:9464`. */
export const isServiceLink = (given: string): boolean => /^(tcp|udp|sctp):\/\/\S+:\d+$/i.test(given.trim());

/** How many letters to change, add, remove or swap with the next one to make one name of the other. */
function distance(name: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= name.length; row += 1) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = name[row - 1] === other[column - 1];
      const isSwapped = name[row - 1] === other[column - 2] && name[row - 2] === other[column - 1];
      current.push(
        Math.min(
          at(row - 1, column - 1) + (isSame ? 0 : 1),
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          isSwapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(name.length, other.length);
}

function nearestTo(name: string, candidates: readonly string[]) {
  const all = candidates.map((known) => ({ known, letters: distance(name, known) }));
  return all.reduce((nearest, next) => (next.letters < nearest.letters ? next : nearest));
}

/** The setting that is meant: one that others call so, or the nearest name; undefined if none is near. */
function meantBy(name: string): string | undefined {
  const sameThing = Object.entries(settingRows).find(([, { alsoCalled = [] }]) => alsoCalled.includes(name));
  if (sameThing) return sameThing[0];
  const { known, letters } = nearestTo(name, settingNames);
  // Two letters of a short name make it another word.
  if (letters <= Math.min(3, Math.floor(name.length / 4))) return known;
  // No other program is likely to use these prefixes.
  const prefix = /^(ENTRA|ACS)_/.exec(name)?.[0];
  return (
    prefix &&
    nearestTo(
      name,
      settingNames.filter((candidate) => candidate.startsWith(prefix)),
    ).known
  );
}

/** The names of the environment that are no settings, but are near to one. */
export function unknownSettings(environment: Environment): UnknownSetting[] {
  const isGiven = (name: string) => Boolean(environment[name]?.trim());
  return Object.entries(environment)
    .filter(
      ([name, given]) =>
        isGiven(name) && !settingNames.includes(name) && !foreign.test(name) && !isServiceLink(given ?? ""),
    )
    .flatMap(([name]) => {
      const meant = meantBy(name.toUpperCase());
      return meant === undefined ? [] : { name, meant, isGivenToo: isGiven(meant) || isGiven(`${meant}_FILE`) };
    });
}
