import { z } from 'zod';
import { DAY_MS } from '../../../core/clock.ts';
import { defineQuery } from '../../../graph/query.ts';
import { isInTouch } from '../../rank/strength.ts';
import type { Source } from './source.ts';

const query = defineQuery({
  name: 'feed/ties',
  mode: 'read',
  params: z.object({
    userId: z.string(),
    ties: z.array(z.object({ person: z.string(), strength: z.number(), inTouch: z.boolean() })),
    now: z.number(),
    halfLifeMs: z.number(),
    since: z.number(),
    perPerson: z.number(),
    excludedTypes: z.array(z.string()),
    limit: z.number(),
  }),
  row: z.object({ content: z.string(), score: z.number() }),
});

const MOST_TIES = 12;
const PER_PERSON = 15;
const MOST_FINDS = 90;
const MADE_WITHIN_MS = 30 * DAY_MS;

/** What the people I am connected with, follow or interact with made lately, and what those I am in touch with engage with. */
export const ties: Source = {
  name: 'ties',
  needs: 'relations',
  async find({ tx, person, now, ranking, excludedTypes, ties: known }) {
    const strongest = (await known).slice(0, MOST_TIES);
    if (strongest.length === 0) {
      return [];
    }
    return tx.run(query, {
      userId: person,
      ties: strongest.map((tie) => ({ person: tie.person, strength: tie.strength, inTouch: isInTouch(tie) })),
      now,
      halfLifeMs: ranking.halfLifeMs.ENGAGED,
      since: now - MADE_WITHIN_MS,
      perPerson: PER_PERSON,
      excludedTypes: [...excludedTypes],
      limit: MOST_FINDS,
    });
  },
};
