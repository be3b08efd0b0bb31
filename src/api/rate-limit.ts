import { createHmac } from 'node:crypto';
import type { Pool } from 'pg';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { type Caller, mayActForOthers } from '../core/caller.ts';
import { SECOND_MS } from '../core/clock.ts';
import { AppError, isAppError } from '../core/errors.ts';
import { networkOf } from './client-address.ts';

const MINUTE_SECONDS = 60;

export interface RateLimit {
  /** Counts what somebody asks for whose token is valid: a request, or so many operations. @throws AppError `RATE_LIMITED`. */
  ofCaller(caller: Caller, count?: number): Promise<void>;
  /**
   * Counts a request that was refused for want of a valid token, as `refused` says, which is what the caller hears until
   * there are too many, and reads in the end too: or else a client whose token has expired would wait for ever.
   *
   * @throws AppError `RATE_LIMITED`.
   */
  ofRefused(address: string | undefined, refused: unknown): Promise<void>;
  /** Counts a page that is for anybody. @throws AppError `RATE_LIMITED`. */
  ofVisitor(address: string | undefined): Promise<void>;
}

export interface RateLimitOptions {
  /** Requests of one caller in a minute; undefined: as many as they like. */
  readonly perMinute: number | undefined;
  /** Where several processes count together; undefined: this process counts for itself. */
  readonly pool: Pool | undefined;
  /** Callers and addresses are counted under digests made with it. */
  readonly secret: string;
}

/**
 * Keeps single callers from taking the service from all others: so many requests in a minute each, by the subject of
 * their token, and by address for those without a valid one and for pages. Services and administrators speak for many and are not
 * limited. While Postgres is away each process counts for itself.
 */
export function createRateLimit({ perMinute, pool, secret }: RateLimitOptions): RateLimit {
  if (perMinute === undefined) {
    return { ofCaller: unlimited, ofRefused: unlimited, ofVisitor: unlimited };
  }
  const limiter = limiterOf(perMinute, pool);
  const count = async (who: string, points = 1, also = ''): Promise<void> => {
    if (points > perMinute) {
      // Counting it would take the caller's minute for something that can never pass.
      throw new AppError('QUERY_TOO_COSTLY', `One request has ${points} operations; a minute allows ${perMinute}.`);
    }
    const key = createHmac('sha256', secret).update(who).digest('base64url');
    try {
      await limiter.consume(key, points);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) {
        throw refused;
      }
      const retryAfterSeconds = Math.max(1, Math.ceil(refused.msBeforeNext / SECOND_MS));
      throw new AppError('RATE_LIMITED', `More than ${perMinute} requests in a minute.${also}`, { retryAfterSeconds });
    }
  };
  return {
    ofCaller: async (caller, operations) => {
      if (!mayActForOthers(caller)) {
        await count(`caller ${caller.subject ?? caller.id}`, operations);
      }
    },
    ofRefused: (address, refused) =>
      count(`refused ${networkOf(address ?? '')}`, 1, isAppError(refused) ? ` ${refused.message}` : ''),
    ofVisitor: (address) => count(`visitor ${networkOf(address ?? '')}`),
  };
}

async function unlimited(): Promise<void> {
  // Nothing is counted.
}

function limiterOf(points: number, pool: Pool | undefined): RateLimiterAbstract {
  const rate = { points, duration: MINUTE_SECONDS };
  const memory = new RateLimiterMemory(rate);
  return pool === undefined
    ? memory
    : new RateLimiterPostgres({
        ...rate,
        storeClient: pool,
        tableName: 'rate_limit',
        tableCreated: true,
        clearExpiredByTimeout: true,
        insuranceLimiter: memory,
      });
}
