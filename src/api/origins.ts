import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';

/** For so long a browser remembers what it may send. */
const REMEMBERED_SECONDS = 600;

/**
 * Lets pages of other origins call every door from a browser, with a token or a write key in a header. Cookies are not
 * taken from there, so that no page acts for somebody who only looks at it.
 */
export function openToOrigins(origins: readonly string[]): MiddlewareHandler {
  return cors({
    origin: [...origins],
    allowMethods: ['GET', 'POST', 'PUT', 'DELETE'],
    allowHeaders: ['authorization', 'content-type', 'content-encoding'],
    exposeHeaders: ['retry-after', 'location'],
    maxAge: REMEMBERED_SECONDS,
  });
}
