/** How the parts of the service are asked for their state. */
export interface HealthChecks {
  /** Rejects when Postgres does not answer. */
  pingPostgres(): Promise<unknown>;
  /** Rejects when Neo4j does not answer. */
  pingNeo4j(): Promise<unknown>;
  projector(): { readonly position: number; readonly head: number; readonly status: string };
}

type Reachable = 'up' | 'down';

export interface Readiness {
  readonly status: 'ready' | 'degraded' | 'unavailable';
  readonly postgres: Reachable;
  readonly neo4j: Reachable;
  readonly projector: {
    readonly position: number;
    readonly head: number;
    readonly lag: number;
    readonly status: string;
  };
}

const PATIENCE_MS = 2_000;

/**
 * Whether the service can do its work. Without Postgres it cannot: 503. Without Neo4j, or while the graph is behind, it
 * still does what it promises first, to accept activities and keep them: 200 and `degraded`; a balancer that took the
 * process out would lose activities for the sake of feeds.
 */
export async function checkReadiness(checks: HealthChecks): Promise<Readiness> {
  const [postgres, neo4j] = await Promise.all([
    reachable(() => checks.pingPostgres()),
    reachable(() => checks.pingNeo4j()),
  ]);
  const { position, head, status } = checks.projector();
  const healthy = neo4j === 'up' && status === 'running';
  return {
    status: postgres === 'down' ? 'unavailable' : healthy ? 'ready' : 'degraded',
    postgres,
    neo4j,
    projector: { position, head, lag: Math.max(0, head - position), status },
  };
}

async function reachable(ping: () => Promise<unknown>): Promise<Reachable> {
  let timer: NodeJS.Timeout | undefined;
  const impatience = new Promise<Reachable>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, 'down');
  });
  try {
    return await Promise.race([
      ping().then(
        (): Reachable => 'up',
        (): Reachable => 'down',
      ),
      impatience,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
