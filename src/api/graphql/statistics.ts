import type { Caller } from '../../core/caller.ts';
import { DAY_MS } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { ActivityStatistics } from '../../log/read/statistics.ts';
import { peopleAskedFor } from '../access.ts';
import type { ApiPorts } from '../ports.ts';
import type { Area } from './area.ts';
import { idArgument, timeArgument } from './arguments.ts';

const MAX_STATISTICS_DAYS = 366;

/** What was received, counted. */
export const statistics: Area = {
  typeDefinitions: /* GraphQL */ `
type ActivityTypeCount { activityType: String! count: Int! }
type DayCount { "As in 2026-11-01, UTC." day: String! count: Int! }
type ActivityStats { total: Int! byType: [ActivityTypeCount!]! byDay: [DayCount!]! }

extend type Query {
  "Counts of what was received from since (ISO time, default 30 days ago) to until (default now). Without userId: the token's subject; for service, analyst and admin everybody."
  activityStats(userId: ID, since: String, until: String): ActivityStats!
}
`,
  resolvers: (ports) => ({
    Query: { activityStats: (_source, args, { caller }) => activityStats(args, caller, ports) },
  }),
};

function activityStats(args: Record<string, unknown>, caller: Caller, ports: ApiPorts): Promise<ActivityStatistics> {
  const userId = peopleAskedFor(caller, idArgument(args['userId']));
  const until = timeArgument('until', args['until']) ?? ports.clock.now();
  const since = timeArgument('since', args['since']) ?? until - 30 * DAY_MS;
  if (since > until || until - since > MAX_STATISTICS_DAYS * DAY_MS) {
    throw new AppError('REQUEST_MALFORMED', `since: must be before until, by at most ${MAX_STATISTICS_DAYS} days`);
  }
  return ports.activityStatistics({ ...(userId === undefined ? {} : { userId }), since, until });
}
