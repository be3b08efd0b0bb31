/**
 * The catalogue of everything that can go wrong in a way that somebody can mend.
 *
 * A code is a promise to clients: REST answers it in problem+json, GraphQL in `extensions.code`, the command line with
 * its exit code. `docs/errors.md` is generated from this table and a test keeps the two the same.
 */
export const ERRORS = {
  CONFIG_INVALID: {
    status: 500,
    exit: 78,
    when: 'A setting in the environment is missing or wrong.',
    remedy: 'Correct the settings that the message lists; all of them are checked at once.',
  },
  REQUEST_MALFORMED: {
    status: 400,
    exit: 64,
    when: 'The request is not JSON, or its form is wrong.',
    remedy: 'Send what /openapi.json describes for this operation.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    exit: 64,
    when: 'A body, an activity or a batch is over its limit.',
    remedy:
      'Send less at once: 2,500 activities and 8 MB a request, 32 kB an activity; 100,000 neighbours and 16 MB a request.',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    exit: 64,
    when: 'The path, the parameters and the headers of a request have more than 16 kB together.',
    remedy: 'Send shorter parameters; no valid one is that long.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    exit: 75,
    when: 'A request was not complete within its time: 10 seconds for its headers, 60 for all of it.',
    remedy: 'Send it again, over a faster connection or in smaller parts.',
  },
  MEDIA_TYPE_UNSUPPORTED: {
    status: 415,
    exit: 64,
    when: 'The body is not JSON, or is packed by something else than gzip.',
    remedy: 'Send JSON with "Content-Type: application/json", plain or with "Content-Encoding: gzip".',
  },
  ACTIVITY_INVALID: {
    status: 422,
    exit: 65,
    when: 'An activity is of an unknown type, lacks what its type needs, or holds a value out of range.',
    remedy:
      'Change the field that the message names and send it again; the other activities of the batch are not affected.',
  },
  ACTIVITY_CONFLICT: {
    status: 409,
    exit: 65,
    when: 'The id was already used for an activity with other content.',
    remedy: 'Give every activity an id of its own; to repeat a request, repeat it unchanged.',
  },
  ACTIVITY_ERASED: {
    status: 410,
    exit: 65,
    when: 'An activity or a request names a person who was erased, or content of theirs.',
    remedy: 'Do not send it again; forget what you have stored of the person yourself.',
  },
  MODEL_RESERVED: {
    status: 409,
    exit: 65,
    when: 'Neighbours were sent, or are to be deleted, under the name of a model that the service computes itself.',
    remedy: 'Give your model another name, and name that in a feed algorithm.',
  },
  NEIGHBOURS_INVALID: {
    status: 422,
    exit: 65,
    when: 'A neighbour is that of itself, is named twice, or one node has too many.',
    remedy: 'Correct the neighbour that the message names and send all again; nothing was changed.',
  },
  NOT_FOUND: {
    status: 404,
    exit: 66,
    when: 'Nothing is known under this address or id.',
    remedy: 'Check the path and the id.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    exit: 64,
    when: 'The path exists but not with this HTTP method.',
    remedy: 'Use a method that the Allow header names.',
  },
  AUTH_REQUIRED: {
    status: 401,
    exit: 77,
    when: 'No token came with the request, or it is expired, malformed or signed with another key.',
    remedy: 'Send "Authorization: Bearer <token>" with a valid token.',
  },
  FORBIDDEN: {
    status: 403,
    exit: 77,
    when: 'The token is valid but its role may not do this, or the data belong to somebody else.',
    remedy: 'Use a token whose role may; a person reads and writes only their own data.',
  },
  CURSOR_MALFORMED: {
    status: 400,
    exit: 65,
    when: 'A cursor was altered, belongs to another query, or was made by another server.',
    remedy: 'Use a cursor exactly as it was received, or start again without one.',
  },
  CURSOR_EXPIRED: {
    status: 410,
    exit: 65,
    when: 'The snapshot behind a feed cursor is older than 30 minutes.',
    remedy: 'Ask for the first page again.',
  },
  QUERY_TOO_COSTLY: {
    status: 400,
    exit: 65,
    when: 'A query is too long or too deep, asks for too much data, or ran into its limit of time or memory.',
    remedy: 'Ask for less at once: fewer fields, aliases, levels and rows, smaller limits, simpler filters.',
  },
  CYPHER_INVALID: {
    status: 400,
    exit: 65,
    when: 'Neo4j cannot run the query as it is written, or with these parameters.',
    remedy: 'Correct what the message names.',
  },
  CYPHER_REFUSED: {
    status: 422,
    exit: 65,
    when: 'The query does something else than reading the graph, or something that Neo4j could not interrupt.',
    remedy: 'Write it with MATCH, WITH, UNWIND, CALL { … } and RETURN; the message says what stands in the way.',
  },
  CYPHER_BUSY: {
    status: 429,
    exit: 75,
    when: 'Other queries of analysts run already, and more wait.',
    remedy: 'Send the query again after Retry-After.',
  },
  RATE_LIMITED: {
    status: 429,
    exit: 75,
    when: 'One caller asked for more in a minute than RATE_LIMIT_PER_MINUTE allows; in GraphQL each root field counts.',
    remedy: 'Wait as long as Retry-After says, and send activities in batches.',
  },
  SUBSCRIPTIONS_EXCEEDED: {
    status: 429,
    exit: 75,
    when: 'One caller has as many subscriptions open as are allowed, or all callers of this process together.',
    remedy: 'Close subscriptions that are not needed, share one among the tabs of a browser, and try again later.',
  },
  ALGORITHM_UNKNOWN: {
    status: 422,
    exit: 65,
    when: 'No feed algorithm has this name.',
    remedy: 'Use one of the names that the message lists, or leave the parameter out.',
  },
  SETTINGS_INVALID: {
    status: 422,
    exit: 65,
    when: 'A setting of a feed names a slider or heuristic that does not exist, or holds a value out of range.',
    remedy: 'Change what the message names and send it again; nothing was changed.',
  },
  GRAPH_BEHIND: {
    status: 503,
    exit: 75,
    when: 'The graph has not caught up with the position asked for within 5 seconds.',
    remedy: 'Ask again; Retry-After says when. /health/ready shows how far behind the graph is.',
  },
  GRAPH_UNAVAILABLE: {
    status: 503,
    exit: 69,
    when: 'Neo4j does not answer.',
    remedy: 'Ask again; activities are still accepted and reach the graph when it is back.',
  },
  GRAPH_REBUILD_NEEDED: {
    status: 503,
    exit: 78,
    when: 'The graph was folded by the weights of another version, or the log was restored from a backup that is older.',
    remedy: 'Run "activity-graph rebuild-graph", or start the former version.',
  },
  GRAPH_REBUILDING: {
    status: 503,
    exit: 75,
    when: 'The graph is being rebuilt from the log.',
    remedy: 'Ask again later; activities are still accepted.',
  },
  LOG_UNAVAILABLE: {
    status: 503,
    exit: 69,
    when: 'Postgres does not answer or cannot write.',
    remedy: 'Send the same activities with the same ids again; Retry-After says when. Nothing was half written.',
  },
  LOG_OVERLOADED: {
    status: 503,
    exit: 75,
    when: 'More activities are waiting to be written than memory allows.',
    remedy: 'Send the same activities with the same ids again after Retry-After.',
  },
  MIGRATION_CHANGED: {
    status: 500,
    exit: 78,
    when: 'A migration that was already applied differs from the file of that number.',
    remedy: 'Restore the file as released; change the schema with a new migration.',
  },
  STORE_START_FAILED: {
    status: 500,
    exit: 69,
    when: 'The embedded Postgres or Neo4j could not be started.',
    remedy: 'Follow the message: install what it names, or set DATABASE_URL and NEO4J_URI to servers of your own.',
  },
  ALREADY_RUNNING: {
    status: 500,
    exit: 73,
    when: 'Another process of this service owns the data directory.',
    remedy: 'Stop that process, or use another DATA_DIR and PORT.',
  },
  IMPORT_INVALID: {
    status: 422,
    exit: 65,
    when: 'A file to import is missing or not in the expected format.',
    remedy: 'Check the folder against the format that the message names.',
  },
  WORK_INTERRUPTED: {
    status: 503,
    exit: 130,
    when: 'A long piece of work was stopped before it was done.',
    remedy: 'Start it again; nothing of it was kept.',
  },
  EVALUATION_INVALID: {
    status: 422,
    exit: 65,
    when: 'A data set to evaluate with is missing or not in the expected format.',
    remedy:
      'Write one event a line: person, item, timestamp in seconds and, if wanted, weight, separated by tabs; friends as two persons a line.',
  },
  LOG_TAMPERED: {
    status: 500,
    exit: 65,
    when: 'The log does not match its chain of commitments.',
    remedy: 'Compare with a backup from the position that the message names on.',
  },
  GRAPH_DIFFERS: {
    status: 500,
    exit: 65,
    when: 'The graph is not what the log folds to.',
    remedy: 'Run "activity-graph rebuild-graph" to fold it anew.',
  },
  INTERNAL: {
    status: 500,
    exit: 70,
    when: 'Something unexpected happened; it was logged under the id in the answer.',
    remedy: 'Report the id; the log of the service holds the cause.',
  },
} as const satisfies Record<string, { status: number; exit: number; when: string; remedy: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** A failure from the catalogue: what happened in this case (`message`), with the code's own remedy. */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** Seconds after which it is worth to try again, for 503 and 429 answers. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds ?? (ERRORS[code].status === 503 ? 1 : undefined);
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  get exitCode(): number {
    return ERRORS[this.code].exit;
  }

  get remedy(): string {
    return ERRORS[this.code].remedy;
  }
}

export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}
