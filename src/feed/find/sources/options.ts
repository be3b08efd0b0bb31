import { z } from 'zod';

/** Finds that a source hands on. */
const most = z.int().min(1).max(500);
const count = z.int().min(1).max(1_000);
const span = z.number().positive();

/**
 * What an algorithm may say of each source: how far it looks and how much it brings. All bounds are part of the
 * algorithm's file, so that no source's cost grows with the graph.
 */
const allSourcesSchema = z.strictObject({
  /** What the `people` strongest ties made and engaged with in the last days, `perPerson` things of each. */
  ties: z.strictObject({ most, people: count, perPerson: count, withinDays: span }),
  /** What people who engaged with the reader's `seeds` strongest engagements engaged with besides. */
  co_engagement: z.strictObject({ most, seeds: count, people: count, perPerson: count }),
  /** What of the newest has one of the reader's `tags` strongest interests. */
  interests: z.strictObject({ most, tags: count }),
  /** Bursts of attention among the `scan` newest engagements. */
  trending: z.strictObject({
    most,
    scan: z.int().min(1).max(20_000),
    withinHours: span,
    halfLifeHours: span,
    minimumPeople: count,
  }),
  /** What was made last. */
  new: z.strictObject({ most }),
});
export const sourcesSchema = allSourcesSchema.partial();

type Sources = z.output<typeof allSourcesSchema>;
export type SourceName = keyof Sources;
export type OptionsOf<S extends SourceName> = Sources[S];

/** What an algorithm says of a source; undefined when it does not use it. */
export function optionsOf<S extends SourceName>(
  sources: z.output<typeof sourcesSchema>,
  name: S,
): OptionsOf<S> | undefined {
  return sources[name] as OptionsOf<S> | undefined;
}
