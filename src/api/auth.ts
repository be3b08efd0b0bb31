import { hash } from 'node:crypto';
import { createRemoteJWKSet, decodeProtectedHeader, type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { MAX_ID_LENGTH } from '../activity/reference.ts';
import { type Caller, ROLES, type Role } from '../core/caller.ts';
import { type Clock, MINUTE_MS, SECOND_MS } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';

export type { Role } from '../core/caller.ts';

/** Finds out who sends a request from its Authorization header. @throws AppError `AUTH_REQUIRED`. */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

export interface AuthenticationSettings {
  /** Checks tokens signed with HS256. */
  readonly secret?: string | undefined;
  /** Checks tokens signed with a key of this set (RSA, ECDSA or Ed25519). */
  readonly jwksUrl?: string | undefined;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly clock: Clock;
}

const MAX_TOKEN_LENGTH = 8_192;
const CLOCK_TOLERANCE_SECONDS = 5;
const SECRET_ALGORITHMS = ['HS256'];
const KEY_SET_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Whom a token may be for. */
export const subjectSchema = z
  .string()
  .min(1)
  .max(MAX_ID_LENGTH)
  .regex(/^\P{Cc}+$/u)
  .refine((id) => id.trim() === id && id.isWellFormed());

const claimsSchema = z.object({
  sub: subjectSchema,
  role: z.enum(ROLES),
  exp: z.number(),
});

/**
 * Checks bearer tokens. Algorithms are pinned by where the key comes from: the shared secret verifies HS256 and nothing
 * else, the key set verifies public-key signatures and nothing else, so that a public key can never pass as a secret.
 * A token must expire, name its subject and carry a known role; issuer and audience are checked when they are set.
 */
export function createAuthenticate(settings: AuthenticationSettings): Authenticate {
  const secret = settings.secret === undefined ? undefined : new TextEncoder().encode(settings.secret);
  const keySet =
    settings.jwksUrl === undefined
      ? undefined
      : createRemoteJWKSet(new URL(settings.jwksUrl), { timeoutDuration: 3_000, cooldownDuration: 10_000 });
  const verify = async (token: string): Promise<Expiring> => {
    const usesSecret = SECRET_ALGORITHMS.includes(algorithmOf(token));
    const key: Uint8Array | JWTVerifyGetKey | undefined = usesSecret ? secret : keySet;
    if (key === undefined) {
      throw refused(`tokens signed with ${usesSecret ? 'a secret' : 'this algorithm'} are not accepted here`);
    }
    const options = {
      algorithms: usesSecret ? SECRET_ALGORITHMS : KEY_SET_ALGORITHMS,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(settings.clock.now()),
      ...(settings.issuer === undefined ? {} : { issuer: settings.issuer }),
      ...(settings.audience === undefined ? {} : { audience: settings.audience }),
    };
    const verified = typeof key === 'function' ? jwtVerify(token, key, options) : jwtVerify(token, key, options);
    const { payload } = await verified.catch((error: unknown) => {
      throw refused(reasonOf(error), error);
    });
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) {
      throw refused(`its sub must be an id and its role one of ${ROLES.join(', ')}`);
    }
    const expiresAt = (claims.data.exp + CLOCK_TOLERANCE_SECONDS) * SECOND_MS;
    return { id: claims.data.sub, role: claims.data.role, expiresAt };
  };
  const verified = createVerified(settings.clock);
  return async (authorization) => {
    const token = bearerToken(authorization);
    const digest = hash('sha256', token, 'base64');
    return verified.find(digest) ?? verified.keep(digest, await verify(token));
  };
}

type Expiring = Caller & { readonly expiresAt: number };

/** So many tokens are remembered; the one that was checked longest ago is forgotten first. */
const MAX_VERIFIED = 10_000;
/** Then a token is checked anew: its key may have been withdrawn. */
const VERIFIED_MS = MINUTE_MS;

/**
 * Remembers for a minute whose tokens were found valid, and never for longer than they hold, by digests of them: checking
 * the signature of each request took a tenth of the time of taking an activity.
 */
function createVerified(clock: Clock): {
  find(digest: string): Caller | undefined;
  keep(digest: string, caller: Expiring): Caller;
} {
  const known = new Map<string, { readonly caller: Caller; readonly from: number; readonly until: number }>();
  return {
    find(digest) {
      const found = known.get(digest);
      const now = clock.now();
      return found !== undefined && now >= found.from && now < found.until ? found.caller : undefined;
    },
    keep(digest, caller) {
      const from = clock.now();
      const [oldest] = known.keys();
      if (known.size >= MAX_VERIFIED && oldest !== undefined) {
        known.delete(oldest);
      }
      known.delete(digest);
      known.set(digest, { caller, from, until: Math.min(from + VERIFIED_MS, caller.expiresAt) });
      return caller;
    },
  };
}

/** Makes a token that {@link createAuthenticate} accepts with the same secret, issuer and audience. */
export async function signToken(options: {
  readonly subject: string;
  readonly role: Role;
  readonly ttlSeconds: number;
  readonly secret: string;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  /** Milliseconds since the epoch; default: the system's clock. */
  readonly now?: number | undefined;
}): Promise<string> {
  const issuedAt = Math.floor((options.now ?? Date.now()) / 1_000);
  const token = new SignJWT({ role: options.role })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(options.subject)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + options.ttlSeconds);
  if (options.issuer !== undefined) {
    token.setIssuer(options.issuer);
  }
  if (options.audience !== undefined) {
    token.setAudience(options.audience);
  }
  return await token.sign(new TextEncoder().encode(options.secret));
}

function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined || authorization === '') {
    throw new AppError('AUTH_REQUIRED', 'The request carries no token.');
  }
  if (authorization.length > MAX_TOKEN_LENGTH) {
    throw refused(`it is longer than ${MAX_TOKEN_LENGTH} characters`);
  }
  const [, token] = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization) ?? [];
  if (token === undefined) {
    throw refused('the Authorization header must be "Bearer" and one signed token');
  }
  return token;
}

function algorithmOf(token: string): string {
  try {
    return decodeProtectedHeader(token).alg ?? '';
  } catch (error) {
    throw refused('its header is not readable', error);
  }
}

/** What a caller may know of why a token was refused: what they can see in it themselves, and that the key server is away. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ERR_JWT_EXPIRED':
      return 'it has expired';
    case 'ERR_JWT_CLAIM_VALIDATION_FAILED':
      return 'its exp, sub, nbf, iss or aud is missing or not the expected one';
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
    case 'ERR_JWKS_NO_MATCHING_KEY':
      return 'it was signed with another key';
    case 'ERR_JOSE_ALG_NOT_ALLOWED':
    case 'ERR_JOSE_NOT_SUPPORTED':
      return 'its algorithm is not accepted here';
    case 'ERR_JWS_INVALID':
    case 'ERR_JWT_INVALID':
      return 'it is malformed';
    default:
      return 'its signature could not be checked because the key server did not answer';
  }
}

function refused(reason: string, cause?: unknown): AppError {
  return new AppError('AUTH_REQUIRED', `The token is refused: ${reason}.`, { cause });
}
