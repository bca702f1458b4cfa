// What the table says about one setting, and how the settings of a table are read from an environment.
import type { z } from "zod";

/** One row of the table. Its key is the name of the environment variable. */
export interface Setting<Schema extends z.ZodType = z.ZodType> {
  /** Reads the text. The default, the allowed values and whether the setting is required come from here. */
  readonly schema: Schema;
  /** One to three sentences in Markdown. The first one says what the setting is. */
  readonly description: string;
  /** A secret may also be given as a file: `<NAME>_FILE` holds the path. */
  readonly isSecret?: true;
  readonly example?: string;
  /** What applies if the setting is missing, in Markdown, if the schema cannot tell. */
  readonly whenMissing?: string;
  /** The setting is required, unless this one is given, which says the same in another form. */
  readonly requiredUnless?: string;
  /** A document for more, from the folder `docs`. */
  readonly guide?: string;
  /** Names that other guides and samples use for the same thing; they are reported. */
  readonly alsoCalled?: readonly string[];
  /** A bad value is a warning and the default applies: what only observes the server must not stop it. */
  readonly isLenient?: true;
}

export type SettingRows = Readonly<Record<string, Setting>>;

/** The values that a table gives. */
export type ValuesOf<Rows extends SettingRows> = { [Name in keyof Rows]: z.output<Rows[Name]["schema"]> };

/** The name of a setting and what is wrong with it: the end of a sentence that starts with the name. */
export type SettingProblem = readonly [setting: string, problem: string];

/** The same as an object, for those who read the settings. */
export interface SettingNote {
  readonly setting: string;
  readonly problem: string;
}

/** What a missing setting is, for a message. */
export const missing = ({ description }: Setting): string =>
  `is missing: ${description.replace(/\.(\s[\s\S]*)?$/, "").replaceAll("`", "")}`;

/** Shells and .env files take quotes and comments away; `docker --env-file` makes them part of the value. */
const isQuoted = (given: string) => /^\s*(["'])[\s\S]*\1\s*$/.test(given);
const hasComment = (given: string) => /\s#/.test(given);

/** What is wrong with a value; the value itself if nothing is. */
function parseSetting({ schema }: Setting, given: string | undefined): { value: unknown } | { problems: string[] } {
  if (given !== undefined && isQuoted(given)) {
    return { problems: ["has quotes around it; remove them (docker --env-file keeps quotes)"] };
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return { value: parsed.data };
  const comment =
    given !== undefined && hasComment(given)
      ? "; the value contains a comment, remove it (docker --env-file keeps comments)"
      : "";
  return {
    problems: parsed.error.issues.map(({ path: [item], message }) =>
      typeof item === "number" ? `item ${item + 1} ${message}${comment}` : `${message}${comment}`,
    ),
  };
}

/** Reads every setting of a table once. A setting with a problem has no value; one with a warning has its default. */
export function parseSettings<Rows extends SettingRows>(
  rows: Rows,
  environment: Readonly<Record<string, string | undefined>>,
): { values: Partial<ValuesOf<Rows>>; problems: SettingProblem[]; warnings: SettingProblem[] } {
  const values: Record<string, unknown> = {};
  const problems: SettingProblem[] = [];
  const warnings: SettingProblem[] = [];
  for (const [name, row] of Object.entries(rows)) {
    const given = environment[name];
    const parsed = parseSetting(row, given);
    if (given === undefined && row.requiredUnless !== undefined && environment[row.requiredUnless] === undefined) {
      problems.push([name, missing(row)]);
    } else if ("value" in parsed) {
      values[name] = parsed.value;
    } else if (given === undefined) {
      problems.push([name, missing(row)]);
    } else if (row.isLenient) {
      values[name] = row.schema.parse(undefined);
      warnings.push([name, `${parsed.problems.join(", and ")}; the default is used`]);
    } else {
      problems.push(...parsed.problems.map((problem) => [name, problem] as const));
    }
  }
  return { values: values as Partial<ValuesOf<Rows>>, problems, warnings };
}
