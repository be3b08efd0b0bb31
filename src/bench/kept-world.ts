import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';

const MARK = 'made-up-world.json';

const grownSchema = z.object({
  /** Milliseconds since the epoch that the world was made up as of. */
  now: z.number(),
  /** Engagements that the world was grown to and everything was derived from, one after the other. */
  sizes: z.array(z.number()),
  /** Whether it was being made larger. */
  growing: z.boolean(),
});

/** How far a made-up world is: whoever makes up the same again gets the same people and things. */
export type Grown = z.infer<typeof grownSchema>;

/** A made-up world that stays for the next run: a large one takes an hour or two. */
export interface KeptWorld {
  readonly grown: Grown;
  save(grown: Grown): Promise<void>;
}

/**
 * The world whose stores are in `directory`, a new one as of `now` in an empty directory.
 *
 * @throws AppError `CONFIG_INVALID` when the directory holds anything else, for the benchmark writes what it likes there;
 *   or a world of which nobody knows how much of it there is
 */
export async function openKeptWorld(directory: string, now: number): Promise<KeptWorld> {
  await mkdir(directory, { recursive: true });
  const mark = path.join(directory, MARK);
  const save = (grown: Grown): Promise<void> => writeFile(mark, JSON.stringify(grown));
  const names = await readdir(directory);
  if (names.length === 0) {
    const grown = { now, sizes: [], growing: false };
    await save(grown);
    return { grown, save };
  }
  if (!names.includes(MARK)) {
    throw new AppError('CONFIG_INVALID', `${directory} holds no world of the benchmark: keep it in an empty directory`);
  }
  const grown = grownSchema.parse(JSON.parse(await readFile(mark, 'utf8')));
  if (grown.growing) {
    throw new AppError('CONFIG_INVALID', `A run was ended while the world in ${directory} grew: delete it, begin anew`);
  }
  return { grown, save };
}
