import type { App } from '../../src/app.ts';
import type { FeedItem } from '../../src/feed/explain/present.ts';

/** A person whose feed the page shows. */
export interface Chosen {
  readonly id: string;
  readonly title: string;
  readonly connections: number;
  readonly engagements: number;
}

const HEAD = `# Three feeds

What \`graph_v2\` makes of the LDBC social network sample (222 people, 8,142 posts and comments), at the moment of its
newest activity, as it came out: the first ten items of three people, with every reason that the feed gives. No place is
drawn for exploration here. \`TEST_FULL=1 UPDATE_DOCS=1 npx vitest run test/docs\` writes this page, and a test compares it.
`;

/** The first page of each of these people, as a table. */
export async function renderFeeds(app: App, people: readonly Chosen[]): Promise<string> {
  const sections: string[] = [];
  for (const person of people) {
    const page = await app.feed.page({ viewer: person.id, limit: 10, algorithm: 'graph_v2', explore: false });
    sections.push([`## ${person.title}`, '', await aboutOf(app, person), '', tableOf(page.items), ''].join('\n'));
  }
  return `${HEAD}\n${sections.join('\n')}`;
}

async function aboutOf(app: App, { id, connections, engagements }: Chosen): Promise<string> {
  const interests = await app.graph.driver.executeQuery(
    `MATCH (:User {id: $id})-[i:INTERESTED_IN]->(t:Tag)
     RETURN t.name AS tag ORDER BY coalesce(i.declared, false) DESC, i.weight DESC, tag LIMIT 5`,
    { id },
  );
  const tags = interests.records.map((record) => `#${record.get('tag')}`);
  const { rows } = await app.pool.query<{ name: string | null }>('SELECT name FROM users WHERE id = $1', [id]);
  const interested = tags.length === 0 ? 'no interest known yet' : `interests first of all ${tags.join(', ')}`;
  const connected = connections === 1 ? '1 connection' : `${connections} connections`;
  return `${rows[0]?.name ?? 'Without a name'}: ${connected}, engaged with ${engagements} things, ${interested}.`;
}

function tableOf(items: readonly FeedItem[]): string {
  const lines = items.map((item) =>
    [item.rank, item.title ?? item.content, item.reasons.join('; '), item.sources.join(', '), item.score.toFixed(3)]
      .map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' '))
      .join(' | '),
  );
  return ['| | what | why | found by | score |', '|---|---|---|---|---|', ...lines.map((line) => `| ${line} |`)].join(
    '\n',
  );
}
