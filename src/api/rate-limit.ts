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
import { AppError } from '../core/errors.ts';

const MINUTE_SECONDS = 60;

export interface RateLimit {
  /** Counts a request of somebody whose token is valid. @throws AppError `RATE_LIMITED`. */
  ofCaller(caller: Caller): Promise<void>;
  /** Counts a request that was refused for want of a valid token. @throws AppError `RATE_LIMITED`. */
  ofAddress(address: string | undefined): Promise<void>;
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
 * their token, and by address for those without a valid one. Services and administrators speak for many and are not
 * limited. While Postgres is away each process counts for itself.
 */
export function createRateLimit({ perMinute, pool, secret }: RateLimitOptions): RateLimit {
  if (perMinute === undefined) {
    return { ofCaller: async () => undefined, ofAddress: async () => undefined };
  }
  const limiter = limiterOf(perMinute, pool);
  const count = async (who: string): Promise<void> => {
    const key = createHmac('sha256', secret).update(who).digest('base64url');
    try {
      await limiter.consume(key);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) {
        throw refused;
      }
      const retryAfterSeconds = Math.max(1, Math.ceil(refused.msBeforeNext / SECOND_MS));
      throw new AppError('RATE_LIMITED', `More than ${perMinute} requests in a minute.`, { retryAfterSeconds });
    }
  };
  return {
    ofCaller: async (caller) => {
      if (!mayActForOthers(caller)) {
        await count(`caller ${caller.id}`);
      }
    },
    ofAddress: (address) => count(`address ${address ?? ''}`),
  };
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
