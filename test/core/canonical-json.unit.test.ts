import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/canonical-json.ts';

const key = fc.oneof(
  fc.string(),
  fc.constantFrom('10', '9', '-1', '1e3', '__proto__', 'Z', 'a', 'ä', '\u{1F600}', '\uFB33', ''),
);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('json'), { maxLength: 4 }),
    fc
      .array(fc.tuple(key, tie('json')), { maxLength: 6 })
      .map((fields) =>
        JSON.parse(`{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)}}`),
      ),
  ),
}));

describe('the canonical text of a JSON value', () => {
  it('is that of RFC 8785, whatever the order of its keys', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is that of the same value without what is undefined', () => {
    expect(canonicalJson({ b: 1, a: { d: undefined, c: [undefined] } })).toBe('{"a":{"c":[null]},"b":1}');
  });

  it.each([[undefined], [() => 1], [{ a: Number.NaN }], [[Number.POSITIVE_INFINITY]], [{ b: 1, a: Number.NaN }]])(
    'is not there for %o',
    (value) => {
      expect(() => canonicalJson(value)).toThrow();
    },
  );
});
