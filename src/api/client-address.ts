import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { TrustedProxies } from '../core/config.ts';

/** Who sent a request, as far as the machines before us can be believed. */
export type ClientAddress = (request: {
  /** Of the socket. */
  readonly address: string | undefined;
  /** The header X-Forwarded-For, in which every proxy adds whom it heard from. */
  readonly forwardedFor: string | undefined;
}) => string | undefined;

/**
 * Finds the address of the client behind proxies. Anybody can write anything into X-Forwarded-For, and a proxy adds to
 * what is there: so it is read from its end, for as long as it was written by a proxy that is trusted.
 *
 * @param trusted - so many proxies, or those of these networks; undefined: none, and the address is that of the socket.
 */
export function createClientAddress(trusted: TrustedProxies | undefined): ClientAddress {
  return ({ address, forwardedFor }) => {
    if (address === undefined || trusted === undefined) {
      return address;
    }
    let client = address;
    const before = (forwardedFor ?? '').split(',').map(withoutPort);
    for (let proxies = 0; isTrusted(client, proxies, trusted); proxies += 1) {
      const next = before.pop();
      if (next === undefined || isIP(next) === 0) {
        break;
      }
      client = next;
    }
    return client;
  };
}

function isTrusted(address: string, proxies: number, trusted: TrustedProxies): boolean {
  return typeof trusted === 'number'
    ? proxies < trusted
    : isIP(address) !== 0 && trusted.some((network) => isWithin(address, network));
}

function isWithin(address: string, network: string): boolean {
  const [range, bits] = ipaddr.parseCIDR(network);
  const parsed = ipaddr.process(address);
  return parsed.kind() === range.kind() && parsed.match(range, bits);
}

/** Some proxies write the port too: `192.0.2.1:443`, `[2001:db8::1]:443`. */
function withoutPort(written: string): string {
  const [, inBrackets, plain] = /^\s*(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)\s*$/u.exec(written) ?? [];
  return inBrackets ?? plain ?? written.trim();
}

/** Whose address it is: one subscriber of a network has 2^64 of IPv6. */
export function networkOf(address: string): string {
  if (isIP(address) === 0) {
    return address;
  }
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(':') : parsed.toString();
}
