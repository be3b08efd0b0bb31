import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthenticate } from '../../src/api/auth.ts';
import { ROLES } from '../../src/core/caller.ts';
import { NOW, openTestApi, SECRET, type TestApi, tokenFor } from './fixture.ts';

const clock = { now: () => NOW };
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token with any claims, signed with the right secret. */
const signed = (claims: Record<string, unknown>, header: { alg: string } = { alg: 'HS256' }): Promise<string> =>
  new SignJWT(claims).setProtectedHeader(header).sign(new TextEncoder().encode(SECRET));

const SOON = NOW / 1_000 + 60;

describe('with a shared secret', () => {
  const authenticate = createAuthenticate({ secret: SECRET, clock });

  test.each(ROLES)('a signed token of role %s names its subject', async (role) => {
    expect(await authenticate(`Bearer ${await tokenFor('7', role)}`)).toMatchObject({ id: '7', role });
  });

  test('the scheme may be written in any case', async () => {
    expect(await authenticate(`bearer ${await tokenFor('7', 'user')}`)).toMatchObject({ id: '7', role: 'user' });
  });

  const attacks: [string, () => Promise<string | undefined> | string | undefined][] = [
    ['none at all', () => undefined],
    ['empty', () => ''],
    ['a password', () => 'Basic YW5uOmFubg=='],
    ['not a token', () => 'Bearer nonsense'],
    ['two tokens', async () => `Bearer ${await tokenFor('7', 'admin')}, Bearer ${await tokenFor('8', 'admin')}`],
    [
      'unsigned (alg none)',
      () => `Bearer ${encode({ alg: 'none' })}.${encode({ sub: '7', role: 'admin', exp: SOON })}.`,
    ],
    [
      'alg none with a signature',
      () => `Bearer ${encode({ alg: 'none' })}.${encode({ sub: '7', role: 'admin', exp: SOON })}.AAAA`,
    ],
    ['alg None', () => `Bearer ${encode({ alg: 'None' })}.${encode({ sub: '7', role: 'admin', exp: SOON })}.AAAA`],
    ['without alg', () => `Bearer ${encode({})}.${encode({ sub: '7', role: 'admin', exp: SOON })}.AAAA`],
    [
      'signed with HS512',
      async () => `Bearer ${await signed({ sub: '7', role: 'admin', exp: SOON }, { alg: 'HS512' })}`,
    ],
    [
      'RS256 where there is no key set',
      () => `Bearer ${encode({ alg: 'RS256' })}.${encode({ sub: '7', role: 'admin', exp: SOON })}.AAAA`,
    ],
    ['signed with another key', async () => `Bearer ${await tokenFor('7', 'admin', { secret: 'x'.repeat(32) })}`],
    ['expired', async () => `Bearer ${await tokenFor('7', 'admin', { ttlSeconds: -60 })}`],
    ['without exp', async () => `Bearer ${await signed({ sub: '7', role: 'admin' })}`],
    ['without sub', async () => `Bearer ${await signed({ role: 'admin', exp: SOON })}`],
    ['with an empty sub', async () => `Bearer ${await signed({ sub: '', role: 'admin', exp: SOON })}`],
    [
      'with a sub that is no text',
      async () => `Bearer ${await signed({ sub: 7 as unknown as string, role: 'admin', exp: SOON })}`,
    ],
    ['with NUL in its sub', async () => `Bearer ${await signed({ sub: 'a\u0000b', role: 'admin', exp: SOON })}`],
    ['without role', async () => `Bearer ${await signed({ sub: '7', exp: SOON })}`],
    ['with an unknown role', async () => `Bearer ${await signed({ sub: '7', role: 'root', exp: SOON })}`],
    ['with several roles', async () => `Bearer ${await signed({ sub: '7', role: ['admin'], exp: SOON })}`],
    ['not valid yet', async () => `Bearer ${await signed({ sub: '7', role: 'admin', exp: SOON, nbf: SOON })}`],
    [
      'with other claims under its signature',
      async () => {
        const [header, , signature] = (await tokenFor('7', 'user')).split('.');
        return `Bearer ${header}.${encode({ sub: '7', role: 'admin', exp: SOON })}.${signature}`;
      },
    ],
    ['of a megabyte', () => `Bearer ${'a'.repeat(1_000_000)}.b.c`],
  ];

  test.each(attacks)('a token that is %s is refused', async (_case, make) => {
    await expect(authenticate(await make())).rejects.toMatchObject({ code: 'AUTH_REQUIRED', status: 401 });
  });
});

describe('with an issuer and an audience', () => {
  const authenticate = createAuthenticate({ secret: SECRET, issuer: 'https://id.test', audience: 'feed', clock });

  test.each([
    [{ iss: 'https://id.test', aud: 'feed' }, true],
    [{ iss: 'https://id.test', aud: ['feed', 'other'] }, true],
    [{ iss: 'https://evil.test', aud: 'feed' }, false],
    [{ iss: 'https://id.test', aud: 'other' }, false],
    [{ iss: 'https://id.test' }, false],
    [{}, false],
  ])('%j is accepted: %s', async (claims, accepted) => {
    const token = `Bearer ${await signed({ sub: '7', role: 'user', exp: SOON, ...claims })}`;
    const outcome = authenticate(token).then(
      () => true,
      () => false,
    );
    expect(await outcome).toBe(accepted);
  });
});

describe('with a key server', () => {
  const keys = createServer();
  let url = '';
  let token = '';
  let publicKey: Uint8Array;
  let keySet = '';

  beforeAll(async () => {
    const pair = await generateKeyPair('RS256', { extractable: true });
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256' };
    keySet = JSON.stringify({ keys: [jwk] });
    publicKey = Buffer.from(JSON.stringify(jwk));
    keys.on('request', (_request, response) => response.setHeader('content-type', 'application/json').end(keySet));
    await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/keys`;
    token = await new SignJWT({ sub: '7', role: 'analyst', exp: SOON })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .sign(pair.privateKey);
  });
  afterAll(() => new Promise((resolve) => keys.close(resolve)));

  test('a token signed with a key of the set is accepted', async () => {
    expect(await createAuthenticate({ jwksUrl: url, clock })(`Bearer ${token}`)).toMatchObject({
      id: '7',
      role: 'analyst',
    });
  });

  test('the public key does not pass as a shared secret (HS/RS confusion)', async () => {
    const forged = await new SignJWT({ sub: '7', role: 'admin', exp: SOON })
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .sign(publicKey);
    for (const settings of [{ jwksUrl: url }, { jwksUrl: url, secret: SECRET }]) {
      await expect(createAuthenticate({ ...settings, clock })(`Bearer ${forged}`)).rejects.toMatchObject({
        status: 401,
      });
    }
  });

  test('a token of a key that is not in the set is refused', async () => {
    const other = await generateKeyPair('RS256');
    const forged = await new SignJWT({ sub: '7', role: 'admin', exp: SOON })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .sign(other.privateKey);
    await expect(createAuthenticate({ jwksUrl: url, clock })(`Bearer ${forged}`)).rejects.toMatchObject({
      status: 401,
    });
  });

  test('a token that was found valid is taken for a minute without asking again, and not when it has expired', async () => {
    let now = NOW;
    const authenticate = createAuthenticate({ secret: SECRET, clock: { now: () => now } });
    const short = `Bearer ${await tokenFor('7', 'user', { ttlSeconds: 30 })}`;
    const long = `Bearer ${await tokenFor('7', 'user')}`;
    const first = await authenticate(long);
    expect(await authenticate(long)).toBe(first);
    expect(await authenticate(short)).not.toBe(first);
    // Five seconds more are allowed for clocks that differ.
    now += 34_999;
    expect(await authenticate(short)).toMatchObject({ id: '7' });
    now += 1;
    await expect(authenticate(short)).rejects.toMatchObject({ status: 401 });
    expect(await authenticate(long)).toBe(first);
    now = NOW + 60_000;
    expect(await authenticate(long)).not.toBe(first);
    now = NOW - 1;
    expect(await authenticate(long)).not.toBe(first);
  });

  test('a token that resembles one that was found valid is checked', async () => {
    const authenticate = createAuthenticate({ secret: SECRET, clock });
    const valid = await tokenFor('7', 'user');
    await authenticate(`Bearer ${valid}`);
    const [header, , signature] = valid.split('.');
    const [, payload] = (await tokenFor('7', 'admin')).split('.');
    await expect(authenticate(`Bearer ${header}.${payload}.${signature}`)).rejects.toMatchObject({ status: 401 });
  });

  test('while the key server is away, tokens are refused and the answer says why', async () => {
    const away = createAuthenticate({ jwksUrl: 'http://127.0.0.1:1/keys', clock });
    const api: TestApi = await openTestApi({ authenticate: away });
    const answer = await api.app.request('/feed/', { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await answer.json()).toMatchObject({
      code: 'AUTH_REQUIRED',
      detail: expect.stringContaining('key server did not answer'),
    });
  });
});
