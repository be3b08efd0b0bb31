import { createFeedUpdates, type FeedUpdates, type FeedUpdatesPorts } from './feed-updates.ts';
import { createRecordedActivities, type RecordedActivities } from './recorded-activities.ts';

/** What is told as it happens. */
export interface Live {
  readonly recordedActivities: RecordedActivities['subscribe'];
  readonly feedUpdates: FeedUpdates['subscribe'];
  close(): Promise<void>;
}

/** Nothing is read before somebody listens. */
export function openLive(ports: FeedUpdatesPorts): Live {
  const recorded = createRecordedActivities(ports);
  const updates = createFeedUpdates(ports);
  return {
    recordedActivities: (request) => recorded.subscribe(request),
    feedUpdates: (person) => updates.subscribe(person),
    async close() {
      await Promise.all([recorded.close(), updates.close()]);
    },
  };
}
