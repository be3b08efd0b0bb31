import { z } from 'zod';
import type { GraphTransaction } from '../graph/graph.ts';
import { defineQuery } from '../graph/query.ts';

const query = defineQuery({
  name: 'feed/recent',
  mode: 'read',
  params: z.object({ now: z.number(), scan: z.number(), excludedTypes: z.array(z.string()) }),
  row: z.object({ content: z.string(), createdAt: z.number(), tags: z.array(z.string()) }),
});

/** Something new. */
export type Recent = z.output<typeof query.row>;

/** So much of what is newest is looked through; what of it is no feed item is left out afterwards. */
const SCAN = 500;

/** What was made last, newest first. */
export function readRecent(
  tx: GraphTransaction,
  { now, excludedTypes }: { readonly now: number; readonly excludedTypes: readonly string[] },
): Promise<Recent[]> {
  return tx.run(query, { now, scan: SCAN, excludedTypes: [...excludedTypes] });
}
