import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../core/errors.ts';
import type { Authenticate } from '../auth.ts';

/** A source of messages and the key by which it is known. */
export interface WriteKey {
  readonly source: string;
  readonly key: string;
}

/**
 * Finds out who sends messages: the write key as user name of HTTP Basic, as Segment's SDKs send it, or as a bearer
 * token. A source acts as a service named `source:<name>`, so that its ids are its own. Anything else is left to
 * `authenticate`; a token may be sent as the user name too, for SDKs that know no other way.
 *
 * Only for the doors of SDKs: a write key opens no other.
 */
export function withWriteKeys(keys: readonly WriteKey[], authenticate: Authenticate): Authenticate {
  const known = keys.map(({ source, key }) => ({ source, digest: digestOf(key) }));
  return async (authorization) => {
    const key = keyIn(authorization);
    if (key === undefined || key.split('.').length === 3) {
      return authenticate(key === undefined ? authorization : `Bearer ${key}`);
    }
    const digest = digestOf(key);
    // Every key is compared, so that the time tells nothing of which one was nearly right.
    const [found] = known.filter((one) => timingSafeEqual(one.digest, digest));
    if (found === undefined) {
      throw new AppError('AUTH_REQUIRED', 'The write key is not one of WRITE_KEYS.');
    }
    return { id: `source:${found.source}`, role: 'service' };
  };
}

const MAX_KEY_LENGTH = 8_192;

/** A write key, or a token sent as one; undefined where there is nothing of the kind. */
function keyIn(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.length > MAX_KEY_LENGTH) {
    return undefined;
  }
  const [, scheme = '', value = ''] = /^(Basic|Bearer) +(\S+)$/iu.exec(authorization) ?? [];
  const key = scheme.toLowerCase() === 'basic' ? userNameIn(value) : value;
  return key === '' ? undefined : key;
}

function userNameIn(encoded: string): string {
  return Buffer.from(encoded, 'base64').toString('utf8').split(':')[0] ?? '';
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
