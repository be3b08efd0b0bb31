import neo4j, { type Node, type Path, type Relationship } from 'neo4j-driver';

/** What JSON can hold. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/**
 * A value of Neo4j as JSON. Whole numbers beyond 2^53 and numbers that JSON lacks (NaN, Infinity) become text, times and
 * durations ISO 8601, bytes base64; nodes carry `labels`, relationships `type`, both `properties`.
 */
export function plainValue(value: unknown): Plain {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(plainValue);
  return plainObject(value);
}

function plainObject(value: object): Plain {
  if (neo4j.isNode(value)) return plainNode(value);
  if (neo4j.isRelationship(value)) return plainRelationship(value);
  if (neo4j.isPath(value)) return plainPath(value);
  if (neo4j.isPoint(value)) {
    const { srid, x, y, z } = value;
    return {
      srid: plainValue(srid),
      x: plainValue(x),
      y: plainValue(y),
      ...(z === undefined ? {} : { z: plainValue(z) }),
    };
  }
  if (value instanceof Int8Array) return Buffer.from(value).toString('base64');
  return isTemporal(value) ? String(value) : plainMap(value);
}

function plainMap(value: object): Plain {
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plainValue(one)]));
}

function plainNode({ elementId, labels, properties }: Node): Plain {
  return { elementId, labels, properties: plainMap(properties) };
}

function plainRelationship(relationship: Relationship): Plain {
  const { elementId, type, startNodeElementId: start, endNodeElementId: end, properties } = relationship;
  return { elementId, type, start, end, properties: plainMap(properties) };
}

function plainPath({ start, segments }: Path): Plain {
  return {
    nodes: [plainNode(start), ...segments.map((segment) => plainNode(segment.end))],
    relationships: segments.map(({ relationship }) => plainRelationship(relationship)),
  };
}

function isTemporal(value: object): boolean {
  return (
    neo4j.isDate(value) ||
    neo4j.isDateTime(value) ||
    neo4j.isLocalDateTime(value) ||
    neo4j.isLocalTime(value) ||
    neo4j.isTime(value) ||
    neo4j.isDuration(value)
  );
}

/**
 * Parameters as Neo4j shall see them: JSON knows one kind of number only, so whole ones become integers (for LIMIT and for
 * comparing with stored integers), all others floats.
 */
export function storedValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(storedValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, storedValue(one)]));
}
