import { STATUS_CODES } from 'node:http';
import type { Logger } from '../core/logger.ts';
import { type Failure, failureOf } from './failure.ts';

/** Answers an error as problem+json (RFC 9457), with the code of the catalogue and what to do. */
export function problemResponse(error: unknown, logger: Logger, headers: Record<string, string> = {}): Response {
  return problemOf(failureOf(error, logger), {}, headers);
}

/** A failure as problem+json; `extra` members are added to the body. */
export function problemOf(
  failure: Failure,
  extra: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Response {
  const body = {
    type: `/docs#${failure.code}`,
    title: STATUS_CODES[failure.status],
    status: failure.status,
    code: failure.code,
    detail: failure.detail,
    remedy: failure.remedy,
    ...(failure.id === undefined ? {} : { instance: `urn:uuid:${failure.id}` }),
    ...extra,
  };
  return new Response(JSON.stringify(body), {
    status: failure.status,
    headers: { 'content-type': 'application/problem+json', ...failureHeaders(failure), ...headers },
  });
}

export function failureHeaders(failure: Failure): Record<string, string> {
  return {
    ...(failure.retryAfterSeconds === undefined ? {} : { 'retry-after': String(failure.retryAfterSeconds) }),
    ...(failure.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  };
}
