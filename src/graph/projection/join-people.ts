import { z } from 'zod';
import type { Joining } from '../../activity/fold-row.ts';
import type { Ranking } from '../../activity/ranking.ts';
import type { GraphTransaction } from '../graph.ts';
import { defineQuery, nothing } from '../query.ts';

const id = z.string().min(1);
const pair = z.object({ from: id, to: id });
const fading = pair.extend({ halfLifeMs: z.number().positive() });

function write<P extends z.ZodType>(name: string, params: P) {
  return defineQuery({ name: `projection/${name}`, mode: 'write', params, row: nothing });
}

const joinEngaged = write('join-engaged', fading);
const joinInteracted = write('join-interacted', fading);
const joinInteractedBack = write('join-interacted-back', fading);
const joinInterests = write('join-interests', fading);
const joinAuthored = write('join-authored', pair);
const forgetJoined = write('forget-joined', pair.pick({ from: true }));

/**
 * Adds what fades on the edges of one person to those of another, and forgets the one. Sums that fade alike are added as
 * of one time, so the result is that of all their signals on one edge. What the two did to each other is nobody's, as
 * with what a person does to themselves.
 */
export function joinStatements(
  tx: GraphTransaction,
  { from, to }: Joining,
  { halfLifeMs }: Ranking,
): Promise<unknown>[] {
  return [
    tx.run(joinEngaged, { from, to, halfLifeMs: halfLifeMs.ENGAGED }),
    tx.run(joinInteracted, { from, to, halfLifeMs: halfLifeMs.INTERACTED }),
    tx.run(joinInteractedBack, { from, to, halfLifeMs: halfLifeMs.INTERACTED }),
    tx.run(joinInterests, { from, to, halfLifeMs: halfLifeMs.INTERESTED_IN }),
    tx.run(joinAuthored, { from, to }),
    tx.run(forgetJoined, { from }),
  ];
}
