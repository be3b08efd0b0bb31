import type { Caller } from '../../core/caller.ts';
import { AppError } from '../../core/errors.ts';
import type { ActivityStatistics } from '../../log/read/statistics.ts';
import type { ApiPorts } from '../ports.ts';
import { MAX_TOP, statisticsQuery, timeZoneParameter } from '../rest/stats.ts';
import type { Area } from './area.ts';
import { idArgument, timeArgument } from './arguments.ts';

/** What was received, counted. */
export const statistics: Area = {
  typeDefinitions: /* GraphQL */ `
type ActivityTypeCount { activityType: String! count: Int! }
type DayCount { "As in 2026-11-01, in the time zone that was asked for." day: String! count: Int! }
"Rows of an audit table; a profile visit has one in each of two."
type TableCount { table: String! count: Int! }
type ContentCount {
  "As type:id."
  content: ID!
  "How often it was engaged with."
  count: Int!
  "Points: view 1, like 3, comment 5, share 7, save 6, anything else 1."
  score: Int!
}
type ActivityStats {
  total: Int!
  "Most frequent first."
  byType: [ActivityTypeCount!]!
  "Oldest first; days without activities are left out."
  byDay: [DayCount!]!
  byTable: [TableCount!]!
  "The content that was engaged with most, highest score first."
  topContent: [ContentCount!]!
}

extend type Query {
  "Counts of what was received from since (ISO time, default 30 days ago) to until (default now). Without userId: the token's subject; for service, analyst and admin everybody. Days are those of timeZone (as in Europe/Berlin); default: the person's own, else UTC."
  activityStats(userId: ID, since: String, until: String, timeZone: String, top: Int = 10): ActivityStats!
}
`,
  resolvers: (ports) => ({
    Query: { activityStats: (_source, args, { caller }) => activityStats(args, caller, ports) },
  }),
};

async function activityStats(
  args: Record<string, unknown>,
  caller: Caller,
  ports: ApiPorts,
): Promise<ActivityStatistics> {
  const asked = {
    userId: idArgument(args['userId']),
    since: timeArgument('since', args['since']),
    until: timeArgument('until', args['until']),
    timeZone: timeZoneArgument(args['timeZone']),
    top: topArgument(args['top']),
  };
  return ports.activityStatistics(await statisticsQuery(asked, caller, ports));
}

function timeZoneArgument(value: unknown): string | undefined {
  if (value == null) {
    return undefined;
  }
  const parsed = timeZoneParameter.safeParse(value);
  if (!parsed.success) {
    throw new AppError('REQUEST_MALFORMED', 'timeZone: must be the name of a time zone, as in Europe/Berlin');
  }
  return parsed.data;
}

function topArgument(value: unknown): number {
  const top = Number(value ?? 10);
  if (top < 0 || top > MAX_TOP) {
    throw new AppError('REQUEST_MALFORMED', `top: must be a whole number from 0 to ${MAX_TOP}`);
  }
  return top;
}
