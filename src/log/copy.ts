import { finished } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** One value of a line of COPY's text format; `null` is SQL's. */
export type CopyField = string | null;

const NEEDS_ESCAPE = /[\\\n\r\t]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(text: string): string {
  return NEEDS_ESCAPE.test(text) ? text.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character) : text;
}

export function copyText(value: string | null): CopyField {
  return value === null ? null : escaped(value);
}

export function copyNumber(value: number | null): CopyField {
  return value === null ? null : String(value);
}

export function copyBoolean(value: boolean): CopyField {
  return value ? 't' : 'f';
}

export function copyBytes(value: Buffer | null): CopyField {
  return value === null ? null : `\\\\x${value.toString('hex')}`;
}

export function copyJson(value: unknown): CopyField {
  return value === null ? null : escaped(JSON.stringify(value));
}

let lastTime = { ms: Number.NaN, text: '' };

/** Rows of one batch share their time of receipt; writing it out once a batch is a twentieth of the whole work. */
export function copyTime(ms: number | null): CopyField {
  if (ms === null) {
    return null;
  }
  if (lastTime.ms !== ms) {
    lastTime = { ms, text: new Date(ms).toISOString() };
  }
  return lastTime.text;
}

export function copyTextArray(values: readonly string[] | null): CopyField {
  if (values === null) {
    return null;
  }
  const quoted = values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`);
  return escaped(`{${quoted.join(',')}}`);
}

/** One line. A field that is `\N` as text has its backslash doubled, so null cannot be mistaken. */
export function copyLine(fields: readonly CopyField[]): string {
  let line = '';
  for (let index = 0; index < fields.length; index += 1) {
    line += (index === 0 ? '' : '\t') + (fields[index] ?? '\\N');
  }
  return `${line}\n`;
}

/** Brings lines into a table: the fastest way in that Postgres has. Table and columns are names of ours, never input. */
export async function copyRows(
  client: Client,
  table: string,
  columns: readonly string[],
  lines: readonly string[],
): Promise<void> {
  if (lines.length > 0) {
    await copyWhileMade(client, table, columns, async (write) => write(lines.join('')));
  }
}

/** Brings lines into a table while they are being made: `make` hands them over in portions. */
export async function copyWhileMade(
  client: Client,
  table: string,
  columns: readonly string[],
  make: (write: (lines: string) => void) => Promise<void>,
): Promise<void> {
  const stream = client.query(copyFrom(`COPY ${table} (${columns.join(', ')}) FROM STDIN`));
  let failed = false;
  const done = finished(stream);
  done.catch(() => {
    failed = true;
  });
  try {
    await make((lines) => {
      // After an error nothing may be written; `done` tells what it was.
      if (!failed) {
        stream.write(lines);
      }
    });
  } catch (error) {
    stream.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
  if (!failed) {
    stream.end();
  }
  await done;
}
