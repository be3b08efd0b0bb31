import type { ContentEngagement } from '../../log/read/engagement-report.ts';
import { DEFAULT_REPORT_ROWS, MAX_REPORT_ROWS, reportSince } from '../rest/engagement-report.ts';
import type { Area } from './area.ts';
import { firstArgument, timeArgument } from './arguments.ts';

/** How well people took what was made. */
export const engagementReportArea: Area = {
  typeDefinitions: /* GraphQL */ `
type ContentEngagement {
  "As type:id."
  content: ID!
  title: String
  interactionCount: Int!
  "Seconds; mean of the interactions that say so, null when none does."
  avgTimeSpent: Float
  "Percent; mean of the interactions that say so, null when none does."
  avgScrollDepth: Float
  "Sum of points: view 1, like 3, comment 5, share 7, save 6, anything else 1."
  engagementScore: Int!
}

extend type Query {
  "Engagement quality of content, best first, from since (ISO time, default 7 days ago, at most 31)."
  engagementReport(since: String, first: Int = ${DEFAULT_REPORT_ROWS}): [ContentEngagement!]!
}
`,
  resolvers: (ports) => ({
    Query: {
      engagementReport: (_source, args) =>
        ports.engagementReport(
          reportSince(timeArgument('since', args['since']), ports.clock.now()),
          firstArgument(args['first'], { most: MAX_REPORT_ROWS, fallback: DEFAULT_REPORT_ROWS }),
        ),
    },
    types: {
      ContentEngagement: {
        interactionCount: ({ interactions }: ContentEngagement) => interactions,
        avgTimeSpent: ({ averageSeconds }: ContentEngagement) => averageSeconds,
        avgScrollDepth: ({ averageScrollPercentage }: ContentEngagement) => averageScrollPercentage,
        engagementScore: ({ score }: ContentEngagement) => score,
      },
    },
  }),
};
