import { z } from 'zod';
import { DAY_MS } from '../../../core/clock.ts';
import { defineQuery } from '../../../graph/query.ts';
import { type OpenAct, readNewestOpenActs } from '../../../log/read/open-acts.ts';
import { weightOfOpenAct } from '../witnesses.ts';
import type { PersonalSource } from './source.ts';

const query = defineQuery({
  name: 'feed/ties',
  mode: 'read',
  params: z.object({
    userId: z.string(),
    ties: z.array(
      z.object({
        person: z.string(),
        strength: z.number(),
        liked: z.array(z.object({ content: z.string(), weight: z.number() })),
      }),
    ),
    since: z.number(),
    perPerson: z.number(),
    excludedTypes: z.array(z.string()),
    limit: z.number(),
  }),
  row: z.object({ content: z.string(), score: z.number() }),
});

/** What the people I am connected with, follow or interact with made lately, and what those I am in touch with openly like. */
export const ties: PersonalSource<'ties'> = {
  async find({ graph, pool, reader, now, ranking, excludedTypes, fadePerMs }, options) {
    const strongest = reader.ties.slice(0, options.people);
    if (strongest.length === 0) {
      return [];
    }
    const since = now - options.withinDays * DAY_MS;
    const { perPerson } = options;
    const witnesses = strongest.filter(({ witness }) => witness).map(({ person }) => person);
    const acts = await readNewestOpenActs(pool, witnesses, { since, perPerson, excludedTypes });
    const weightOf = (act: OpenAct) =>
      weightOfOpenAct(act, ranking) * 2 ** (-Math.max(now - act.at, 0) * fadePerMs.proof);
    return graph.run(query, {
      userId: reader.person,
      ties: strongest.map(({ person, strength }) => ({
        person,
        strength,
        liked: acts
          .filter((act) => act.person === person)
          .map((act) => ({ content: act.content, weight: weightOf(act) })),
      })),
      since,
      perPerson,
      excludedTypes: [...excludedTypes],
      limit: options.most,
    });
  },
};
