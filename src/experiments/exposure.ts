import type { Pool } from 'pg';
import type { Logger } from '../core/logger.ts';
import { readRows } from '../log/database.ts';

/** A page of a ranked feed as it was given out. */
interface ServedPage {
  /** The ranked feed. */
  readonly snapshot: string;
  /** Milliseconds. */
  readonly servedAt: number;
  readonly items: readonly {
    readonly rank: number;
    readonly content: string;
    /** Probability with which it came to its place; below one half: it was drawn. */
    readonly propensity: number;
  }[];
}

export interface Exposures {
  /** Notes a page. Returns at once: nobody waits for their feed because it is being measured. */
  record(page: ServedPage): void;
  /** Waits until everything noted so far is written. */
  settled(): Promise<void>;
}

/** Pages that wait while Postgres is slow; more are left out, since a feed must not fill the memory. */
const MOST_WAITING = 5_000;

/**
 * Keeps what was given out: rank, content and propensity, with person, algorithm and settings of the snapshot. Pages
 * that come while others are being written go together into the next insert. A page that cannot be written is logged
 * and missing in the figures; the feed does not fail.
 */
export function createExposures({ pool, logger }: { readonly pool: Pool; readonly logger: Logger }): Exposures {
  let waiting: ServedPage[] = [];
  let leftOut = 0;
  let writing: Promise<void> | undefined;

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const pages = waiting;
      waiting = [];
      try {
        await write(pool, pages);
      } catch (error) {
        logger.warn({ pages: pages.length, err: error }, 'pages that were given out could not be noted');
      }
      if (leftOut > 0) {
        logger.warn({ pages: leftOut }, 'pages that were given out were too many to be noted');
        leftOut = 0;
      }
    }
    writing = undefined;
  };

  return {
    record(page) {
      if (waiting.length >= MOST_WAITING) {
        leftOut += 1;
        return;
      }
      waiting.push(page);
      writing ??= writeAll();
    },
    settled: async () => writing,
  };
}

/** Nobody in particular has no rows: what many people get at once tells nothing of one of them. */
async function write(pool: Pool, pages: readonly ServedPage[]): Promise<void> {
  const items = pages.flatMap(({ snapshot, servedAt, items }) =>
    items.map((item) => ({ ...item, snapshot, servedAt })),
  );
  await readRows(
    pool,
    `INSERT INTO feed_exposure (snapshot_id, rank, user_id, algorithm, settings_revision, content, propensity, served_at)
     SELECT snapshot.id, item.rank, snapshot.user_id, snapshot.algorithm, snapshot.settings_revision, item.content,
            item.propensity, item.served_at
     FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::double precision[], $5::timestamptz[])
       AS item (snapshot_id, rank, content, propensity, served_at)
     JOIN feed_snapshot AS snapshot ON snapshot.id = item.snapshot_id
     WHERE snapshot.user_id <> ''
     ON CONFLICT (snapshot_id, rank) DO NOTHING`,
    [
      items.map(({ snapshot }) => snapshot),
      items.map(({ rank }) => rank),
      items.map(({ content }) => content),
      items.map(({ propensity }) => propensity),
      items.map(({ servedAt }) => new Date(servedAt)),
    ],
  );
}
