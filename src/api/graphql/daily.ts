import { AppError } from '../../core/errors.ts';
import { dateParameter, readDaily } from '../rest/daily.ts';
import type { Area } from './area.ts';
import { idArgument } from './arguments.ts';

/** What people did day by day. */
export const daily: Area = {
  typeDefinitions: /* GraphQL */ `
type ActivityDay {
  "As in 2026-11-01, by the calendar where the person is."
  date: String!
  "How many activities of each type, the most frequent first."
  counts: [ActivityTypeCount!]!
  "Engagement of the day's activities, less what was taken back since."
  engagementScore: Float!
}
type DailyActivity {
  "The log is in the days up to here."
  position: Position!
  "The person's; days are those of its calendar."
  timeZone: String!
  "Oldest first; days on which nothing was done are left out."
  items: [ActivityDay!]!
}

extend type Query {
  "What a person did from one day to another, both included (as in 2026-11-01; at most 366 days, default the last 30). Without userId: the token's subject."
  dailyActivity(userId: ID, from: String, to: String): DailyActivity!
}
`,
  resolvers: (ports) => ({
    Query: {
      dailyActivity: (_source, args, { caller }) =>
        readDaily(
          {
            userId: idArgument(args['userId']),
            from: dateArgument('from', args['from']),
            to: dateArgument('to', args['to']),
          },
          caller,
          ports,
        ),
    },
  }),
};

function dateArgument(name: string, value: unknown): string | undefined {
  if (value == null) {
    return undefined;
  }
  const parsed = dateParameter.safeParse(value);
  if (!parsed.success) {
    throw new AppError('REQUEST_MALFORMED', `${name}: must be a day since 1970, as in 2026-11-01`);
  }
  return parsed.data;
}
