import type { Pool } from 'pg';
import { z } from 'zod';
import { decayFactor } from '../../activity/decay.ts';
import type { Ranking } from '../../activity/ranking.ts';
import { isDirect, type TieParts } from '../../activity/tie.ts';
import type { Graph } from '../../graph/graph.ts';
import { defineQuery } from '../../graph/query.ts';
import type { FeedSettings } from '../settings/settings.ts';
import { readForgottenContacts } from '../settings/store.ts';

const engagementSince = defineQuery({
  name: 'feed/my-engagement-since',
  mode: 'read',
  params: z.object({ userId: z.string(), now: z.number(), halfLifeMs: z.number(), since: z.number() }),
  row: z.object({ all: z.number(), since: z.number() }),
});

/** One of those whom a person turned to, with everything that ties them. */
type Contact = TieParts & { readonly person: string };
type Alike = { readonly person: string; readonly score: number };

interface Found {
  readonly contacts: readonly Contact[];
  readonly alike: readonly Alike[];
}

/** What of a person's doing is left after a reset, each as a share in [0, 1] of what the graph has. */
export interface Left {
  /** Of their engagement with content. */
  readonly engagement: number;
  /** What each of these people's contact was worth at the reset, faded to now. */
  readonly forgotten: ReadonlyMap<string, number>;
}

/**
 * What ties and people alike are worth after a reset of personalisation. Contact is known to the last digit, and what
 * it was worth then is taken off. What was computed of everything that a person did (people alike, tastes and contacts
 * in common) cannot be taken apart, so it counts by the share that what was done since has in all that it was computed
 * from: nothing at first, and more with everything new. Who is left with nothing to tie them is no tie any more.
 */
export function afterReset({ contacts, alike }: Found, { engagement, forgotten }: Left): Found {
  const sum = (parts: readonly Pick<Contact, 'outgoing'>[]): number =>
    parts.reduce((total, { outgoing }) => total + Math.max(outgoing, 0), 0);
  const since = contacts.map((contact) => ({
    ...contact,
    outgoing: Math.max(contact.outgoing - (forgotten.get(contact.person) ?? 0), 0),
  }));
  const all = sum(contacts);
  const contact = all === 0 ? 0 : sum(since) / all;
  return {
    contacts: since
      .map((one) => ({
        ...one,
        mutualContacts: one.mutualContacts * contact,
        coEngagement: one.coEngagement * engagement,
      }))
      .filter(isDirect),
    alike: alike.map(({ person, score }) => ({ person, score: score * engagement })).filter(({ score }) => score > 0),
  };
}

/** The same, with what is left read from the stores. Who never reset anything loses nothing, and nothing is read. */
export async function readAfterReset(
  { graph, pool }: { readonly graph: Graph; readonly pool: Pool },
  person: string,
  request: Found & { readonly settings: FeedSettings; readonly now: number; readonly ranking: Ranking },
): Promise<Found> {
  const { contacts, alike, settings, now, ranking } = request;
  const { resetAt } = settings;
  if (resetAt === null) {
    return { contacts, alike };
  }
  const [[engaged], forgotten] = await Promise.all([
    graph.run(engagementSince, { userId: person, now, halfLifeMs: ranking.halfLifeMs.ENGAGED, since: resetAt }),
    readForgottenContacts(
      pool,
      person,
      contacts.map((contact) => contact.person),
    ),
  ]);
  const left = decayFactor(Math.max(now - resetAt, 0), ranking.halfLifeMs.INTERACTED);
  return afterReset(
    { contacts, alike },
    {
      engagement: engaged === undefined || engaged.all === 0 ? 0 : engaged.since / engaged.all,
      forgotten: new Map([...forgotten].map(([other, weight]) => [other, weight * left])),
    },
  );
}
