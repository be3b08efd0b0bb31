import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../core/errors.ts';
import type { Fault, ImportedActivity } from '../load.ts';
import { activitiesOf } from './activities.ts';
import type { Fact } from './facts.ts';
import { type DataFiles, findFiles, type Row } from './files.ts';
import { readTables, readTagNames } from './tables.ts';
import { readUpdateStreams } from './update-stream.ts';

/** Namespace of the ids of imported activities. */
export const LDBC_SOURCE = 'import:ldbc-snb';

/** A whole data set as activities. */
export interface LdbcData {
  /** Name of this very data set, wherever its folder lies: the key of its `import_run`. */
  readonly key: string;
  /** In order of time. */
  readonly activities: readonly ImportedActivity[];
  /** Time of the last activity, in milliseconds since the epoch. */
  readonly newest: number;
  readonly faults: readonly Fault[];
}

/**
 * Reads an LDBC SNB data set (Interactive v1, composite CSV): its tables, then its update streams. Time and memory
 * grow linearly with the data, but for sorting by time. Lines that are wrong are in `faults`.
 *
 * @throws AppError `IMPORT_INVALID` when the folder lacks an essential file, or a file has other columns.
 */
export async function readLdbcSnb(dir: string): Promise<LdbcData> {
  const files = await findFiles(dir);
  const faults: Fault[] = [];
  const activities: ImportedActivity[] = [];
  const report = (fault: Fault): void => void faults.push(fault);
  const take = (fact: Fact, row: Row): void => {
    const origin = { file: row.file, line: row.line };
    for (const meaning of activitiesOf(fact)) {
      activities.push({ ...meaning, ...deviceOf(fact), origin });
    }
  };
  const tags = await readTagNames(files, report);
  await readTables({ files, tags, take, report });
  await readUpdateStreams({ files, tags, take, report });
  const last = activities.sort((a, b) => a.at - b.at).at(-1);
  if (last === undefined) {
    throw new AppError('IMPORT_INVALID', `${dir} holds no line that can be read; the first: ${firstOf(faults)}`);
  }
  return { key: `ldbc-snb:${await digestOf(files)}`, activities, newest: last.at, faults };
}

/** Address and browser that the person used; empty fields are unknown. */
function deviceOf(fact: Fact): Pick<ImportedActivity, 'ipAddress' | 'userAgent'> {
  if (fact.fact !== 'person' && fact.fact !== 'message') {
    return {};
  }
  return {
    ...(fact.ip === '' ? {} : { ipAddress: fact.ip }),
    ...(fact.browser === '' ? {} : { userAgent: fact.browser }),
  };
}

/** The file of people tells data sets apart: it is small, always there, and not mended when a line of another is. */
async function digestOf(files: DataFiles): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files.tables.get('dynamic/person') ?? []) {
    for await (const chunk of createReadStream(path.join(files.dir, file))) {
      hash.update(chunk as Buffer);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

function firstOf(faults: readonly Fault[]): string {
  const [fault] = faults;
  return fault === undefined ? 'all files are empty' : `${fault.file}:${fault.line ?? ''} ${fault.message}`;
}
