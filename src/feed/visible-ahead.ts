import type { Pool } from 'pg';
import { type Current, visibleNow } from '../log/read/permissions.ts';
import { mayBeShown } from './explain/present.ts';
import type { Unwanted } from './rules.ts';
import type { WalkedFeed } from './snapshot.ts';

/**
 * What the reader may see of the next items of a snapshot, as the catalogue has it now: of so many that a page of
 * `limit` is filled and it is known whether anything follows.
 *
 * @throws AppError `LOG_UNAVAILABLE`
 */
export async function visibleAhead(
  pool: Pool,
  page: {
    readonly viewer: string | null;
    readonly snapshot: WalkedFeed;
    /** Rank of the last item of the page before; 0 for the first page. */
    readonly after: number;
    readonly limit: number;
    readonly suppressions: Unwanted;
    readonly now: number;
  },
): Promise<ReadonlyMap<string, Current>> {
  const { viewer, snapshot, after, limit, suppressions, now } = page;
  const visible = new Map<string, Current>();
  let allowed = 0;
  // Nearly always the reader may see all of the next items; where not, many more are looked at in one question.
  let from = after;
  for (let count = limit + 1; from < snapshot.items.length && allowed <= limit; count = 2 * limit) {
    const some = snapshot.items.slice(from, from + count);
    const references = some.map(({ content }) => content);
    for (const [content, current] of await visibleNow(pool, viewer, references)) {
      visible.set(content, current);
    }
    allowed += some.filter((item) => mayBeShown(item, { suppressions, visible }, now)).length;
    from += count;
  }
  return visible;
}
