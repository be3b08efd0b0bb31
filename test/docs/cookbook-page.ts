import type { Gateway } from '../../src/graph/gateway/gateway.ts';

const BLOCK = /(```cypher\n([\s\S]*?)```\n)((?:\n(?:\|.*\n)+)?)/g;

/** The page with the answers that its queries get now, each as a table below its query. */
export async function renderCookbook(
  page: string,
  gateway: Gateway,
  params: Readonly<Record<string, unknown>>,
): Promise<string> {
  const blocks = [...page.matchAll(BLOCK)];
  const answers: string[] = [];
  for (const [, , query = ''] of blocks) {
    const { columns, rows } = await gateway.run({ query, params, limit: 50, timeoutMs: 30_000 });
    answers.push(tableOf(columns, rows));
  }
  let next = 0;
  return page
    .replaceAll(BLOCK, (_whole, block: string) => `${block}\n${answers[next++]}`)
    .replace(/^:params .*$/m, () => paramsLine(params));
}

/** As it is pasted into Neo4j Browser. */
function paramsLine(params: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(params).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `:params {${pairs.join(', ')}}`;
}

function tableOf(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const head = line(columns) + `|${'---|'.repeat(columns.length)}\n`;
  return head + rows.map((row) => line(row.map(cell))).join('');
}

function cell(value: unknown): string {
  const text = Array.isArray(value) ? value.map(cell).join(', ') : value === null ? '' : String(value);
  return text.replaceAll('|', '\\|');
}
