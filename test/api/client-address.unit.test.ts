import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClientAddress, networkOf } from '../../src/api/client-address.ts';
import { readConfig } from '../../src/core/config.ts';

const addressOf = (trust: string, address: string | undefined, forwardedFor?: string) =>
  createClientAddress(readConfig({ TRUST_PROXY: trust }).trustedProxies)({ address, forwardedFor });

describe('the address of a client', () => {
  it('is that of the socket unless a proxy is trusted', () => {
    expect(addressOf('', '10.0.0.1', '192.0.2.1')).toBe('10.0.0.1');
    expect(addressOf('0', '10.0.0.1', '192.0.2.1')).toBe('10.0.0.1');
    expect(addressOf('10.0.0.0/8', '203.0.113.5', '192.0.2.1')).toBe('203.0.113.5');
    expect(addressOf('1', undefined, '192.0.2.1')).toBeUndefined();
  });

  it('is what the farthest of so many proxies heard from', () => {
    expect(addressOf('1', '10.0.0.1', '192.0.2.1, 198.51.100.2')).toBe('198.51.100.2');
    expect(addressOf('2', '10.0.0.1', '192.0.2.1, 198.51.100.2')).toBe('192.0.2.1');
    expect(addressOf('3', '10.0.0.1', '192.0.2.1')).toBe('192.0.2.1');
    expect(addressOf('1', '10.0.0.1')).toBe('10.0.0.1');
  });

  it('is what the last proxy of the trusted networks heard from', () => {
    const networks = '10.0.0.0/8, 2001:db8::/32, 198.51.100.2';
    expect(addressOf(networks, '::ffff:10.0.0.1', '192.0.2.9, 192.0.2.1, 198.51.100.2')).toBe('192.0.2.1');
    expect(addressOf(networks, '2001:db8::5', '192.0.2.1')).toBe('192.0.2.1');
    expect(addressOf(networks, '10.0.0.1', '10.0.0.2')).toBe('10.0.0.2');
  });

  it('is read past ports and brackets, and never from what is no address', () => {
    expect(addressOf('1', '10.0.0.1', '192.0.2.1:4431')).toBe('192.0.2.1');
    expect(addressOf('1', '10.0.0.1', '[2001:db8::1]:443')).toBe('2001:db8::1');
    expect(addressOf('1', '10.0.0.1', 'unknown')).toBe('10.0.0.1');
    expect(addressOf('2', '10.0.0.1', '<script>, 198.51.100.2')).toBe('198.51.100.2');
  });

  it('cannot be chosen by who writes the header before the proxy does', () => {
    fc.assert(
      fc.property(fc.string(), fc.ipV4(), (written, client) => {
        expect(addressOf('1', '10.0.0.1', `${written}, ${client}`)).toBe(client);
        expect(addressOf('10.0.0.1', '10.0.0.1', `${written}, 192.0.2.1`)).toBe('192.0.2.1');
      }),
    );
  });

  it('stands for its network where it is of IPv6', () => {
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe(networkOf('2001:db8:1:2::'));
    expect(networkOf('2001:db8:1:2::')).not.toBe(networkOf('2001:db8:1:3::'));
    expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(networkOf('')).toBe('');
  });
});

describe('TRUST_PROXY', () => {
  it.each(['x', '10.0.0.0/33', '-1', '10.0.0.0/8,', '1.5', '999'])('is refused as %s', (trust) => {
    expect(() => readConfig({ TRUST_PROXY: trust })).toThrow(/TRUST_PROXY: must be how many proxies/u);
  });
});
