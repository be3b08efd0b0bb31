import { KINDS } from '../activity/kinds.ts';

/** What a person did with an item that their feed gave them, from weak to strong and then against it. */
export type Outcome = 'impression' | 'view' | 'dwell' | 'engagement' | 'hide' | 'report';

const BY_NAME: Readonly<Record<string, Outcome>> = {
  impression: 'impression',
  view: 'view',
  media_view: 'view',
  time_spent: 'dwell',
  scroll_depth: 'dwell',
  hide: 'hide',
  not_interested: 'hide',
  mute: 'hide',
  report: 'report',
};

/**
 * The outcome that an activity of each kind is; kinds that are none are left out. Engagement is whatever weighs
 * something and is done with content that is there: making content is not an answer to a feed.
 */
export const OUTCOMES: ReadonlyMap<string, Outcome> = new Map(
  KINDS.flatMap(({ name, needs, weight, describes }): [string, Outcome][] => {
    const named = BY_NAME[name];
    if (named !== undefined) {
      return [[name, named]];
    }
    return needs.includes('content') && weight > 0 && describes !== true ? [[name, 'engagement']] : [];
  }),
);
