import { type Alias, KINDS, type Kind } from '../../src/activity/kinds.ts';

/** The page of activity kinds: one table by audit table, made of the catalogue and nothing else. */
export function renderKindsPage(): string {
  const tables = [...new Set(KINDS.map(({ table }) => table))];
  return [
    '# Activity kinds',
    '',
    'Made from `src/activity/kinds.ts` by `test/activity/kinds-page.unit.test.ts`; `UPDATE_DOCS=1 npx vitest run test/activity` writes it anew.',
    '',
    'A **repeatable** kind adds its signal each time. A **standing** kind states a fact: stating it again moves its signal to',
    'the later time and never doubles it. Of a **measured** kind all of one visit (a session, or else a day, UTC) is one signal: time that',
    'overlaps counts once, and of depths the farthest. A kind that **takes back** ends the fact and takes exactly its signal out; a repeatable activity is',
    'taken back by `retract` with its id. A **record** is kept and leaves no signal. The weight is the engagement that one such activity',
    'shows before the bonus for time and scroll.',
    ...tables.flatMap((table) => ['', `## \`${table}\``, '', ...tableOf(KINDS.filter((kind) => kind.table === table))]),
    '',
  ].join('\n');
}

function tableOf(kinds: readonly Kind[]): string[] {
  return [
    '| `activity_type` | meaning | also called | nature | weight | needs | feeds | stored as |',
    '|---|---|---|---|---|---|---|---|',
    ...kinds.map((kind) =>
      [
        '',
        `\`${kind.name}\``,
        kind.meaning,
        kind.aliases.map(aliasOf).join(', '),
        natureOf(kind),
        kind.weight === 0 ? '' : String(kind.weight),
        kind.needs.map((need) => `\`${need}\``).join(', '),
        kind.feeds.map((edge) => `\`${edge}\``).join(', '),
        storedAs(kind),
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ];
}

function aliasOf(alias: Alias): string {
  return alias.contentType === undefined ? `\`${alias.word}\`` : `\`${alias.word}\` (${alias.contentType})`;
}

function natureOf(kind: Kind): string {
  const nature = kind.nature === 'takes-back' ? 'takes back' : kind.nature;
  return kind.fact === undefined ? nature : `${nature}: ${kind.fact}`;
}

function storedAs(kind: Kind): string {
  const word = kind.word === kind.name ? '' : `\`${kind.word}\``;
  const second = kind.secondTable === undefined ? '' : `also in \`${kind.secondTable}\``;
  return [word, second].filter((part) => part !== '').join('; ');
}
