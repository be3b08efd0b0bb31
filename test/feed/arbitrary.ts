import fc from 'fast-check';
import type { Hydrated, Viewer } from '../../src/feed/find/candidate.ts';
import { NO_HABITS } from '../../src/feed/habits.ts';

export const NOW = Date.UTC(2026, 0, 15, 12);

/** A reader of whom nothing is known, but for what the test says. */
export function viewer(known: Partial<Viewer> = {}): Viewer {
  return {
    id: 'ann',
    ties: new Map(),
    interests: new Map(),
    communities: new Set(),
    typeShares: new Map(),
    seen: new Set(),
    dislikes: [],
    habits: NO_HABITS,
    seenTypeShares: new Map(),
    visits: new Map(),
    ...known,
  };
}

/** A public post by nobody, made now, but for what the test says. */
export function candidate(known: Partial<Hydrated> = {}): Hydrated {
  return {
    content: 'post:p1',
    sources: ['new'],
    trend: null,
    catchUp: 0,
    type: 'post',
    title: null,
    author: null,
    authorWorks: 0,
    tags: [],
    community: null,
    madeAt: NOW,
    madeAtKnown: true,
    engagement: 0,
    mine: 0,
    supporters: [],
    similar: 0,
    because: [],
    dislikedLikeness: new Map(),
    alikeScore: 0,
    alike: 0,
    described: true,
    visible: true,
    ...known,
  };
}

const anyNumber = fc.double({ min: 0, max: 1e6, noNaN: true });
const people = ['bo', 'cy', 'di', 'ed'];
const tags = ['chess', 'go', 'jazz'];

/** Any candidate, with weights as large and as small as they come. */
export const anyCandidate: fc.Arbitrary<Hydrated> = fc
  .record({
    content: fc.uuid().map((id) => `post:${id}`),
    type: fc.constantFrom('post', 'story', 'question', 'recipe'),
    author: fc.constantFrom(null, ...people),
    tags: fc.subarray(tags),
    alikeScore: anyNumber,
    similar: fc.double({ min: -1e3, max: 1e3, noNaN: true }),
    authorWorks: fc.nat(1_000),
    catchUp: fc.double({ min: 0, max: 1, noNaN: true }),
    engagement: anyNumber,
    madeAt: fc.option(fc.integer({ min: 0, max: NOW + 1e9 })),
    trend: fc.option(
      fc.record({ people: fc.integer({ min: 3, max: 1e6 }), since: fc.constant(NOW), burst: anyNumber }),
    ),
    supporters: fc.array(
      fc.record({
        person: fc.constantFrom(...people),
        strength: fc.double({ min: 0, max: 1, noNaN: true }),
        weight: anyNumber,
      }),
    ),
  })
  .map((known) => candidate(known));

export const anyCandidates: fc.Arbitrary<Hydrated[]> = fc.uniqueArray(anyCandidate, {
  selector: ({ content }) => content,
  maxLength: 40,
});

export const anyViewer: fc.Arbitrary<Viewer> = fc
  .record({
    interests: fc.uniqueArray(fc.record({ tag: fc.constantFrom(...tags), weight: anyNumber, declared: fc.boolean() }), {
      selector: ({ tag }) => tag,
    }),
    ties: fc.uniqueArray(
      fc.record({
        person: fc.constantFrom(...people),
        strength: fc.double({ min: 0, max: 1, noNaN: true }),
        outgoing: anyNumber,
      }),
      { selector: ({ person }) => person },
    ),
    visits: anyNumber,
    postShare: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ interests, ties, visits, postShare }) =>
    viewer({
      interests: new Map(interests.map((interest) => [interest.tag, interest])),
      ties: new Map(
        ties.map((tie) => [tie.person, { ...tie, incoming: 0, accepted: true, follows: false, circle: null }]),
      ),
      visits: new Map([['bo', visits]]),
      typeShares: new Map([
        ['post', postShare],
        ['story', 1 - postShare],
      ]),
      seenTypeShares: new Map([['post', postShare]]),
    }),
  );
