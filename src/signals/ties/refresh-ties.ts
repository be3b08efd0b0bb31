import { createSparing } from '../sparing.ts';
import { computeTies, noteContactsOf, TIE_CAPS, type TiePorts, type TiesDone } from './compute-ties.ts';
import { changedContacts, neighbours } from './tie-queries.ts';

/** Whom something happened to since the last refresh. */
export interface TouchedPeople {
  readonly people: ReadonlySet<string>;
  /** People on either end of a CONNECTED edge that changed. */
  readonly connections: ReadonlySet<string>;
}

/** People in one transaction. */
const BATCH = 10;
/** Neighbours whose ties to third people changed a little; beyond so many at once they wait for the next full run. */
const MOST_NEIGHBOURS = 500;

/**
 * Computes anew, as of `now`, the ties of the touched people and the ties to them; and those of their neighbours where
 * they count otherwise than before as common acquaintances, which is when their contacts or connections became more
 * or fewer. Doing the same again changes nothing.
 *
 * While everybody is below the caps, the result is that of a full run at the same `now`.
 *
 * @throws AppError `GRAPH_UNAVAILABLE`
 */
export async function refreshTies(ports: TiePorts, touched: TouchedPeople, now: number): Promise<TiesDone> {
  const { graph, caps } = ports;
  const people = new Set([...touched.people, ...touched.connections]);
  const maxContacts = caps?.maxContacts ?? TIE_CAPS.maxContacts;
  const changed = await graph.run(changedContacts, { people: [...people], maxContacts });
  const around = await graph.run(neighbours, {
    contacts: changed.map(({ person }) => person),
    connections: [...touched.connections],
    limit: MOST_NEIGHBOURS,
  });
  const sparing = createSparing(ports.onSkipped);
  const total = { people: 0, written: 0, deleted: 0 };
  const all = [...new Set([...people, ...around.map(({ person }) => person)])];
  for (let from = 0; from < all.length; from += BATCH) {
    await sparing.each(all.slice(from, from + BATCH), async (some) => {
      const done = await computeTies(ports, some, { now, back: true });
      total.people += done.people;
      total.written += done.written;
      total.deleted += done.deleted;
    });
  }
  await noteContactsOf(
    ports,
    changed.map(({ person, contacts }) => ({ person, contacts })),
  );
  return total;
}
