import { z } from 'zod';
import type { GraphTransaction } from '../../graph/graph.ts';
import { defineQuery } from '../../graph/query.ts';

const query = defineQuery({
  name: 'feed/recent',
  mode: 'read',
  params: z.object({ before: z.number(), after: z.string(), scan: z.number(), excludedTypes: z.array(z.string()) }),
  row: z.object({
    content: z.string(),
    createdAt: z.number(),
    author: z.string().nullable(),
    /** How many works the author has. */
    works: z.number(),
    community: z.string().nullable(),
    tags: z.array(z.string()),
  }),
});

/** Something new that everybody may see. */
export type Recent = z.output<typeof query.row>;

/** What is newest is looked through in windows of this size, and in so many of them at most. */
const WINDOW = 250;
const MOST_WINDOWS = 8;
/** Enough to choose from. */
const WANTED = 200;
/** One author who posts without end must not be all that is new. */
const MOST_PER_AUTHOR = 5;

/** What was made last, newest first, at most a few of each author. */
export async function readRecent(
  graph: GraphTransaction,
  { now, excludedTypes }: { readonly now: number; readonly excludedTypes: readonly string[] },
): Promise<Recent[]> {
  const found = new Map<string, Recent>();
  const perAuthor = new Map<string, number>();
  let place = { before: now, after: '' };
  for (let window = 0; window < MOST_WINDOWS && found.size < WANTED; window += 1) {
    const rows = await graph.run(query, { ...place, scan: WINDOW, excludedTypes: [...excludedTypes] });
    for (const row of rows) {
      const known = row.author === null ? 0 : (perAuthor.get(row.author) ?? 0);
      if (known < MOST_PER_AUTHOR && !found.has(row.content)) {
        found.set(row.content, row);
        perAuthor.set(row.author ?? '', known + 1);
      }
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < WINDOW) {
      break;
    }
    place = { before: last.createdAt, after: last.content };
  }
  return [...found.values()];
}
