import { z } from 'zod';
import { DAY_MS } from '../../../core/clock.ts';
import { defineQuery } from '../../../graph/query.ts';
import { isInTouch } from '../../rank/strength.ts';
import type { PersonalSource } from './source.ts';

const query = defineQuery({
  name: 'feed/ties',
  mode: 'read',
  params: z.object({
    userId: z.string(),
    ties: z.array(z.object({ person: z.string(), strength: z.number(), inTouch: z.boolean() })),
    now: z.number(),
    halfLifeMs: z.number(),
    fadePerMs: z.number(),
    since: z.number(),
    perPerson: z.number(),
    excludedTypes: z.array(z.string()),
    limit: z.number(),
  }),
  row: z.object({ content: z.string(), score: z.number() }),
});

/** What the people I am connected with, follow or interact with made lately, and what those I am in touch with engage with. */
export const ties: PersonalSource<'ties'> = {
  lane: 'people',
  async find({ tx, reader, now, ranking, excludedTypes, fadePerMs }, options) {
    const strongest = reader.ties.slice(0, options.people);
    if (strongest.length === 0) {
      return [];
    }
    return tx.run(query, {
      userId: reader.person,
      ties: strongest.map((tie) => ({ person: tie.person, strength: tie.strength, inTouch: isInTouch(tie) })),
      now,
      halfLifeMs: ranking.halfLifeMs.ENGAGED,
      fadePerMs: fadePerMs.proof,
      since: now - options.withinDays * DAY_MS,
      perPerson: options.perPerson,
      excludedTypes: [...excludedTypes],
      limit: options.most,
    });
  },
};
