import ipaddr from 'ipaddr.js';

const GROUPS_KEPT = 3;

/**
 * An address as it is stored: one spelling for each, without zone and mask. Anonymised, the last byte of an IPv4
 * address and all but the first 48 bits of an IPv6 address are zero; an IPv4 address in IPv6 form counts as IPv4.
 * Null for what is no address.
 */
export function storedAddress(raw: string | undefined, anonymize: boolean): string | null {
  const address = raw === undefined ? undefined : parseAddress(raw);
  if (address === undefined) {
    return null;
  }
  return textOf(anonymize ? withoutHost(address) : address);
}

/** The one spelling of an address as Postgres shows it; anything else stays as it is. */
export function canonicalAddress(text: string | null): string | null {
  const address = text === null ? undefined : parseAddress(text);
  return address === undefined ? text : textOf(address);
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

function parseAddress(raw: string): Address | undefined {
  const text = raw.trim().replace(/%.*$/su, '');
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) {
    return ipaddr.IPv4.parse(text);
  }
  if (!ipaddr.IPv6.isValid(text)) {
    return undefined;
  }
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : withoutOldForm(address);
}

/** The IPv4 address in the deprecated form `::a.b.c.d`, which Postgres shows with dots however it was written. */
function withoutOldForm(address: ipaddr.IPv6): Address {
  const [high = 0, low = 0] = address.parts.slice(6);
  const isOldForm = high !== 0 && address.parts.slice(0, 6).every((group) => group === 0);
  return isOldForm ? new ipaddr.IPv4([high >> 8, high & 255, low >> 8, low & 255]) : address;
}

function withoutHost(address: Address): Address {
  return address instanceof ipaddr.IPv4
    ? new ipaddr.IPv4(address.octets.map((octet, index) => (index === 3 ? 0 : octet)))
    : new ipaddr.IPv6(address.parts.map((group, index) => (index < GROUPS_KEPT ? group : 0)));
}

function textOf(address: Address): string {
  return address instanceof ipaddr.IPv4 ? address.toString() : address.toRFC5952String();
}
