import { KINDS } from './kinds.ts';

/** Kinds by which people show that content matters to them. Being served or shown something is none; nor is a "no". */
export const ENGAGING_KINDS: ReadonlySet<string> = new Set(
  KINDS.filter(({ feeds, nature }) => feeds.includes('ENGAGED') && nature !== 'record' && nature !== 'takes-back').map(
    ({ name }) => name,
  ),
);

/** The whole-number scale of the engagement report (seed 000, 4.1); any other interaction is worth 1. */
export const ENGAGEMENT_POINTS: Readonly<Record<string, number>> = { view: 1, like: 3, comment: 5, share: 7, save: 6 };
export const OTHER_POINTS = 1;
