/** A topic that people of the demo come together about. */
export interface Topic {
  readonly name: string;
  /** Title of its community. */
  readonly community: string;
  readonly tags: readonly string[];
  /** What titles of posts speak of. */
  readonly things: readonly string[];
}

const list = (text: string): readonly string[] => text.split(', ');

/** In order of popularity. */
export const TOPICS: readonly Topic[] = [
  {
    name: 'cooking',
    community: 'The Shared Kitchen',
    tags: list('cooking, recipes, baking, vegetarian, street-food, fermentation'),
    things: list('sourdough, dumplings, a good stock, lentil stew, pickled plums, flatbread, miso, leftover rice'),
  },
  {
    name: 'football',
    community: 'Second Half',
    tags: list('football, world-cup, tactics, local-clubs, womens-football'),
    things: list('the high press, Sunday league, penalty shoot-outs, the offside trap, away games, the new stadium'),
  },
  {
    name: 'travel',
    community: 'Slow Trains',
    tags: list('travel, trains, hiking, budget-travel, city-walks, night-trains'),
    things: list('the coast line, night trains, a week with one bag, mountain huts, ferries, small stations'),
  },
  {
    name: 'music',
    community: 'Listening Room',
    tags: list('music, vinyl, jazz, live-music, synthesizers, songwriting'),
    things: list('side B, modal jazz, a four-track recorder, tape loops, the small venue, field recordings'),
  },
  {
    name: 'photography',
    community: 'Available Light',
    tags: list('photography, film-photography, street-photography, portraits, darkroom'),
    things: list('fog at dawn, window light, an old rangefinder, the last roll, street portraits, long exposures'),
  },
  {
    name: 'programming',
    community: 'Readable Code',
    tags: list('programming, databases, typescript, graphs, testing, open-source'),
    things: list('property tests, a graph query, the slow migration, code review, small functions, write-ahead logs'),
  },
  {
    name: 'gardening',
    community: 'Balcony and Beds',
    tags: list('gardening, balcony, vegetables, compost, native-plants'),
    things: list('tomatoes on a balcony, heavy clay, the compost heap, early beans, wild bees, seed swaps'),
  },
  {
    name: 'film',
    community: 'Late Show',
    tags: list('film, documentaries, screenwriting, animation, cinema'),
    things: list('the long take, matinees, stop motion, a first script, silent film, subtitles'),
  },
  {
    name: 'cycling',
    community: 'Two Wheels',
    tags: list('cycling, commuting, bikepacking, repair, road-cycling'),
    things: list('winter commuting, wheel building, gravel roads, cargo bikes, the morning climb, old steel frames'),
  },
  {
    name: 'books',
    community: 'One More Chapter',
    tags: list('books, poetry, science-fiction, translation, libraries'),
    things: list(
      'novellas, poems in translation, the public library, a first novel, unreliable narrators, short stories',
    ),
  },
  {
    name: 'astronomy',
    community: 'Dark Sky',
    tags: list('astronomy, telescopes, astrophotography, space'),
    things: list('the autumn meteors, a home-made telescope, Jupiter’s moons, light pollution, variable stars'),
  },
  {
    name: 'chess',
    community: 'Open File',
    tags: list('chess, endgames, openings, blitz'),
    things: list('rook endings, the exchange sacrifice, club night, a drawn position, opposite bishops'),
  },
];

/** Titles by type of content; `{thing}` is one of the topic's. */
export const TITLES: Readonly<Record<string, readonly string[]>> = {
  post: [
    'What I learned about {thing} this year',
    'In praise of {thing}',
    'Notes on {thing}',
    'Nobody told me this about {thing}',
    'A small story about {thing}',
    'I was wrong about {thing}',
    'Three mistakes with {thing}',
    'Coming back to {thing} after ten years',
    'Today: {thing}',
    'Why {thing} is worth the trouble',
  ],
  question: [
    'How do you begin with {thing}?',
    'What is your best advice on {thing}?',
    'Has anybody else given up on {thing}?',
    'Which book on {thing} would you lend a friend?',
    'Is it too late in the year for {thing}?',
  ],
  image: ['{thing}, this morning', 'My weekend with {thing}', '{thing} in one picture', 'Before and after: {thing}'],
  video: ['Watch: {thing} in four minutes', '{thing}, step by step', 'An evening of {thing}'],
  article: ['The long road to {thing}', 'A beginner’s guide to {thing}', 'What the numbers say about {thing}'],
};
