import { isIP } from 'node:net';
import path from 'node:path';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { AppError } from './errors.ts';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const wholeNumber = z.string().regex(/^\d+$/, 'must be a whole number').transform(Number);

/** As in `graph_v2=90,activity_enhanced_v1=10`. */
const algorithmShares = z.string().transform((text, context) => {
  const shares = text.split(',').map((part) => {
    const [, algorithm = '', share = ''] = /^\s*([a-z][a-z0-9_]*)\s*=\s*(\d+(?:\.\d+)?)\s*$/u.exec(part) ?? [];
    return { algorithm, share: Number(share) };
  });
  const names = shares.map(({ algorithm }) => algorithm);
  if (shares.some(({ share }) => !(share > 0))) {
    context.addIssue('must be names with shares above 0, as in graph_v2=90,activity_enhanced_v1=10');
  } else if (new Set(names).size < names.length) {
    context.addIssue('must name each algorithm once');
  }
  return shares;
});

/** As in `shop=0123456789abcdef,app=fedcba9876543210`. */
const writeKeys = z.string().transform((text, context) => {
  const keys = text.split(',').map((part) => {
    const [, source = '', key = ''] = /^\s*([a-z][a-z0-9_-]{0,63})\s*=\s*([\w-]{16,200})\s*$/u.exec(part) ?? [];
    return { source, key };
  });
  if (keys.some(({ key }) => key === '')) {
    context.addIssue(
      'must be names of sources with keys of 16 letters and digits or more, as in shop=0123456789abcdef',
    );
  } else if (new Set(keys.map(({ key }) => key)).size < keys.length) {
    context.addIssue('must give each source a key of its own');
  }
  return keys;
});

/** How many proxies are before the service, or their networks in CIDR notation. */
export type TrustedProxies = number | readonly string[];

/** As in `1`, or in `10.0.0.0/8, 2001:db8::/32, 192.0.2.7`. */
const trustedProxies = z.string().transform((text, context): TrustedProxies => {
  if (/^\d{1,2}$/u.test(text)) {
    return Number(text);
  }
  return text.split(',').map((part) => {
    const network = part.trim();
    const version = isIP(network);
    const whole = version === 0 ? network : `${network}/${version === 6 ? 128 : 32}`;
    if (!ipaddr.isValidCIDR(whole) || isIP(whole.replace(/\/.*$/u, '')) === 0) {
      context.addIssue('must be how many proxies there are, or their networks, as in 10.0.0.0/8,192.0.2.7');
    }
    return whole;
  });
});

/** As in `https://shop.example, https://app.example:8443`. */
const origins = z.string().transform((text, context) => {
  const listed = text.split(',').map((part) => part.trim());
  if (listed.some((origin) => !/^https?:$/u.test(protocolOf(origin)) || new URL(origin).origin !== origin)) {
    context.addIssue('must be origins without path or last slash, as in https://shop.example,https://app.example:8443');
  }
  return listed;
});

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}

/** Every variable that the service reads, with its check and its default. Nothing else in `src` reads the environment. */
const environmentSchema = z.object({
  PORT: wholeNumber.pipe(z.number().max(65_535)).optional(),
  HOST: z.string().min(1).optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres:// or postgresql://')
    .optional(),
  NEO4J_URI: z
    .string()
    .regex(/^(neo4j|bolt)(\+s|\+ssc)?:\/\//, 'must begin with neo4j:// or bolt://')
    .optional(),
  NEO4J_USER: z.string().min(1).default('neo4j'),
  NEO4J_PASSWORD: z.string().min(1).optional(),
  DATA_DIR: z.string().min(1).default('.data'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  AUTH_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  AUTH_JWKS_URL: z.url().optional(),
  AUTH_ISSUER: z.string().min(1).optional(),
  AUTH_AUDIENCE: z.string().min(1).optional(),
  ERASURE_SECRET: z.string().min(1).optional(),
  PRUNE_AFTER_DAYS: wholeNumber.pipe(z.number().min(1).max(36_500)).default(90),
  WRITE_KEYS: writeKeys.optional(),
  SEGMENT_EVENTS: z.string().min(1).optional(),
  AUTO_TRACK: flag.default(true),
  RATE_LIMIT_PER_MINUTE: wholeNumber.pipe(z.number().min(1).max(1_000_000)).optional(),
  RATE_LIMIT_STORE: z.enum(['memory', 'postgres']).default('memory'),
  TRUST_PROXY: trustedProxies.optional(),
  CORS_ORIGINS: origins.optional(),
  ANONYMIZE_IP: flag.default(true),
  FEED_ALGORITHMS: algorithmShares.optional(),
  FEED_ASSIGNMENT_SALT: z.string().min(1).default('feed'),
  TUNE_FEED: flag.default(false),
  SIMILARITY_MODELS: z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .optional(),
});

/** The names of all environment variables the service understands. */
export const ENVIRONMENT_VARIABLES = Object.keys(
  environmentSchema.shape,
) as readonly (keyof typeof environmentSchema.shape)[];

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Undefined: an embedded Postgres is started. */
  readonly databaseUrl: string | undefined;
  /** Undefined: an embedded Neo4j is started. */
  readonly neo4j: { readonly uri: string; readonly user: string; readonly password: string } | undefined;
  /** Absolute path of the folder that holds embedded stores, generated secrets and `runtime.json`. */
  readonly dataDir: string;
  readonly logLevel: string;
  readonly auth: {
    readonly secret: string | undefined;
    readonly jwksUrl: string | undefined;
    readonly issuer: string | undefined;
    readonly audience: string | undefined;
  };
  /** Keys the digests of who was erased; undefined: made from the secret that signs tokens, or else from the service's own. */
  readonly erasureSecret: string | undefined;
  /** Audit rows go when the whole month that they were received in is older. */
  readonly pruneAfterDays: number;
  readonly segment: {
    /** Who may send messages by a key, as Segment-compatible SDKs do. */
    readonly writeKeys: readonly { readonly source: string; readonly key: string }[];
    /** Absolute path of the operator's own rules for events; undefined: there are none. */
    readonly eventsFile: string | undefined;
  };
  /** Whether reading is recorded in passing; what somebody sends is recorded always. */
  readonly autoTrack: boolean;
  readonly rateLimit: {
    /** Requests of one caller in a minute; undefined: not limited. */
    readonly perMinute: number | undefined;
    /** Where requests are counted: each process for itself, or all together. */
    readonly store: 'memory' | 'postgres';
  };
  /** Whose X-Forwarded-For is believed; undefined: nobody's. */
  readonly trustedProxies: TrustedProxies | undefined;
  /** Origins whose pages may call the service from a browser; none: only its own. */
  readonly corsOrigins: readonly string[];
  readonly anonymizeIp: boolean;
  /** Whether the job `tune` runs here; it takes the memory of another Neo4j and much work for a while. */
  readonly tuneFeed: boolean;
  /** Names of the models of similarity that are kept up to date; undefined: the usual ones. */
  readonly similarityModels: readonly string[] | undefined;
  readonly feed: {
    /** How many of the people get which algorithm, in any unit; undefined: everybody gets the default one. */
    readonly algorithms: readonly { readonly algorithm: string; readonly share: number }[] | undefined;
    /** Another salt draws anew who gets which algorithm. */
    readonly assignmentSalt: string;
  };
}

/**
 * Reads and checks the whole configuration; every fault is reported in one error.
 *
 * @throws AppError `CONFIG_INVALID` naming each variable that is wrong.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  // An empty variable is an unset one: compose files and CI systems pass `NAME=` for what they do not set.
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(present);
  const faults = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const env = parsed.success ? parsed.data : undefined;
  if (env?.NEO4J_URI !== undefined && env.NEO4J_PASSWORD === undefined) {
    faults.push('NEO4J_PASSWORD: must be set when NEO4J_URI is');
  }
  const authenticated = env?.AUTH_SECRET !== undefined || env?.AUTH_JWKS_URL !== undefined;
  const host = env?.HOST ?? '127.0.0.1';
  if (env !== undefined && !authenticated && !isLoopback(host)) {
    faults.push(`HOST: ${host} is reachable from other machines; set AUTH_SECRET or AUTH_JWKS_URL first`);
  } else if (
    env !== undefined &&
    env.AUTH_SECRET === undefined &&
    env.ERASURE_SECRET === undefined &&
    !isLoopback(host)
  ) {
    faults.push(
      `ERASURE_SECRET: must be set when HOST is ${host} and AUTH_SECRET is not, the same for every replica; each would make one of its own`,
    );
  }
  if (env === undefined || faults.length > 0) {
    throw new AppError('CONFIG_INVALID', `${faults.length} setting(s) are wrong:\n  ${faults.join('\n  ')}`);
  }
  return {
    port: env.PORT ?? 4000,
    host,
    databaseUrl: env.DATABASE_URL,
    neo4j:
      env.NEO4J_URI === undefined
        ? undefined
        : { uri: env.NEO4J_URI, user: env.NEO4J_USER, password: env.NEO4J_PASSWORD ?? '' },
    dataDir: path.resolve(env.DATA_DIR),
    logLevel: env.LOG_LEVEL,
    auth: { secret: env.AUTH_SECRET, jwksUrl: env.AUTH_JWKS_URL, issuer: env.AUTH_ISSUER, audience: env.AUTH_AUDIENCE },
    erasureSecret: env.ERASURE_SECRET,
    pruneAfterDays: env.PRUNE_AFTER_DAYS,
    segment: {
      writeKeys: env.WRITE_KEYS ?? [],
      eventsFile: env.SEGMENT_EVENTS === undefined ? undefined : path.resolve(env.SEGMENT_EVENTS),
    },
    autoTrack: env.AUTO_TRACK,
    rateLimit: { perMinute: env.RATE_LIMIT_PER_MINUTE, store: env.RATE_LIMIT_STORE },
    trustedProxies: env.TRUST_PROXY,
    corsOrigins: env.CORS_ORIGINS ?? [],
    anonymizeIp: env.ANONYMIZE_IP,
    tuneFeed: env.TUNE_FEED,
    similarityModels: env.SIMILARITY_MODELS,
    feed: { algorithms: env.FEED_ALGORITHMS, assignmentSalt: env.FEED_ASSIGNMENT_SALT },
  };
}

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
