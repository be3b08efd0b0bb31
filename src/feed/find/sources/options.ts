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
  /** What is similar to what I did lately, see the algorithm's `history` and `similarity`. */
  similar_content: z.strictObject({ most }),
  /** What people alike engaged with, `perPerson` things of each, see the algorithm's `alike`. */
  similar_people: z.strictObject({ most, perPerson: count }),
  /** The newest of my communities; those with more than `largest` posts show what is among the newest of all. */
  communities: z.strictObject({ most, perCommunity: count, largest: z.int().min(1).max(10_000), withinDays: span }),
  /** What of the newest has one of my `tags` strongest interests. */
  interests: z.strictObject({ most, tags: count }),
  /** Bursts of attention among the `scan` newest engagements. */
  trending: z.strictObject({
    most,
    scan: z.int().min(1).max(20_000),
    withinHours: span,
    halfLifeHours: span,
    minimumPeople: count,
  }),
  /** What of the newest is by somebody with at most `works` works. */
  new_authors: z.strictObject({ most, works: count }),
  /** What those of my `people` strongest ties made who made no more than `rarely` things within the days. */
  catch_up: z.strictObject({ most, people: count, perPerson: count, rarely: count, withinDays: span }),
  /** What everybody is most engaged with. */
  popular: z.strictObject({ most }),
  /** What has the tag that the feed is about; of a tag with more than `largest` things, what is among the newest. */
  tagged: z.strictObject({ most, largest: z.int().min(1).max(20_000) }),
  /** What the person made whom the feed is about. */
  authored: z.strictObject({ most }),
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
