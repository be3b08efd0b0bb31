import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { type Algorithm, algorithmSchema } from './algorithm.ts';

export const DEFAULT_ALGORITHM = 'activity_enhanced_v1';

/**
 * The algorithms of a folder: every `<name>.json` in it is one, see `algorithmSchema`. Adding a file adds an algorithm.
 *
 * @throws AppError `CONFIG_INVALID` naming every fault of every file.
 */
export function loadAlgorithms(folder: URL): ReadonlyMap<string, Algorithm> {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort();
  const read = files.map((file) => readAlgorithm(file, readFileSync(new URL(file, folder), 'utf8')));
  const faults = read.flatMap((result) => ('faults' in result ? result.faults : []));
  if (faults.length > 0) {
    throw new AppError('CONFIG_INVALID', `Feed algorithms cannot be read:\n${faults.join('\n')}`);
  }
  return new Map(read.flatMap((result) => ('algorithm' in result ? [[result.algorithm.name, result.algorithm]] : [])));
}

type Read = { readonly algorithm: Algorithm } | { readonly faults: readonly string[] };

function readAlgorithm(file: string, text: string): Read {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { faults: [`algorithms/${file}: is not JSON: ${error instanceof Error ? error.message : String(error)}`] };
  }
  const { success, data, error } = algorithmSchema.safeParse(json);
  if (!success) {
    return { faults: [`algorithms/${file}:\n${z.prettifyError(error)}`] };
  }
  return file === `${data.name}.json`
    ? { algorithm: data }
    : { faults: [`algorithms/${file}: its name is ${data.name}, so the file must be called ${data.name}.json`] };
}

/** Those that come with the service; a file that cannot be read stops the process at its start. */
const ALGORITHMS = loadAlgorithms(new URL('../../../algorithms/', import.meta.url));

/** @throws AppError `ALGORITHM_UNKNOWN` naming those that exist. */
export function algorithmNamed(name: string, known: ReadonlyMap<string, Algorithm> = ALGORITHMS): Algorithm {
  const found = known.get(name);
  if (found === undefined) {
    const names = [...known.keys()].join(', ');
    throw new AppError('ALGORITHM_UNKNOWN', `There is no feed algorithm of this name; those that exist: ${names}`);
  }
  return found;
}
