import neo4j, { type Node, type Path, type Relationship } from 'neo4j-driver';

/** What JSON can hold. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** How many characters an answer may still have. */
export interface Room {
  left: number;
}

/** A value is longer than there is room for. */
export class NoRoomError extends Error {}

/** Takes the room of a text of this length, about; what is too long is not looked at to its end. */
function take(room: Room, characters: number): void {
  room.left -= characters;
  if (room.left < 0) {
    throw new NoRoomError('There is no room for this value');
  }
}

/** Of a number, a truth or nothing, and of what stands between two values. */
const CHARACTERS_OF_SCALAR = 4;
/** The names of the fields of a node or relationship, with its labels or type. */
const CHARACTERS_OF_NODE = 50;

/**
 * A value of Neo4j as JSON. Whole numbers beyond 2^53 and numbers that JSON lacks (NaN, Infinity) become text, times and
 * durations ISO 8601, bytes base64; nodes carry `labels`, relationships `type`, both `properties`.
 */
export function plainValue(value: unknown, room: Room = { left: Number.POSITIVE_INFINITY }): Plain {
  take(room, typeof value === 'string' ? value.length + CHARACTERS_OF_SCALAR : CHARACTERS_OF_SCALAR);
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((one) => plainValue(one, room));
  return plainObject(value, room);
}

function plainObject(value: object, room: Room): Plain {
  if (neo4j.isNode(value)) return plainNode(value, room);
  if (neo4j.isRelationship(value)) return plainRelationship(value, room);
  if (neo4j.isPath(value)) return plainPath(value, room);
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
  return isTemporal(value) ? String(value) : plainMap(value, room);
}

function plainMap(value: object, room: Room): Plain {
  const plain = Object.keys(value).map((key) => {
    take(room, key.length);
    return [key, plainValue((value as Readonly<Record<string, unknown>>)[key], room)] as const;
  });
  return Object.fromEntries(plain);
}

function plainNode({ elementId, labels, properties }: Node, room: Room): Plain {
  take(room, elementId.length + CHARACTERS_OF_NODE);
  return { elementId, labels, properties: plainMap(properties, room) };
}

function plainRelationship(relationship: Relationship, room: Room): Plain {
  const { elementId, type, startNodeElementId: start, endNodeElementId: end, properties } = relationship;
  take(room, 3 * elementId.length + CHARACTERS_OF_NODE);
  return { elementId, type, start, end, properties: plainMap(properties, room) };
}

function plainPath({ start, segments }: Path, room: Room): Plain {
  return {
    nodes: [plainNode(start, room), ...segments.map((segment) => plainNode(segment.end, room))],
    relationships: segments.map(({ relationship }) => plainRelationship(relationship, room)),
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
