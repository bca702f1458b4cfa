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
  /** A document for more, from the folder `docs`. */
  readonly guide?: string;
  /** Names that other guides and samples use for the same thing; `doctor` recognizes them. */
  readonly alsoCalled?: readonly string[];
}

export type SettingRows = Readonly<Record<string, Setting>>;

/** The values that a table gives. */
export type ValuesOf<Rows extends SettingRows> = { [Name in keyof Rows]: z.output<Rows[Name]["schema"]> };

/** The name of a setting and what is wrong with it: the end of a sentence that starts with the name. */
export type SettingProblem = readonly [setting: string, problem: string];

/** What a missing setting is, for a message. */
export const missing = ({ description }: Setting): string =>
  `is missing: ${description.replace(/\.(\s[\s\S]*)?$/, "").replaceAll("`", "")}`;

/** Reads every setting of a table once. A setting with a problem has no value. */
export function parseSettings<Rows extends SettingRows>(
  rows: Rows,
  environment: Readonly<Record<string, string | undefined>>,
): { values: Partial<ValuesOf<Rows>>; problems: SettingProblem[] } {
  const values: Record<string, unknown> = {};
  const problems: SettingProblem[] = [];
  for (const [name, row] of Object.entries(rows)) {
    const given = environment[name];
    const parsed = row.schema.safeParse(given);
    if (parsed.success) {
      values[name] = parsed.data;
    } else if (given === undefined) {
      problems.push([name, missing(row)]);
    } else {
      for (const { path, message } of parsed.error.issues) {
        const [item] = path;
        problems.push([name, typeof item === "number" ? `item ${item + 1} ${message}` : message]);
      }
    }
  }
  return { values: values as Partial<ValuesOf<Rows>>, problems };
}
