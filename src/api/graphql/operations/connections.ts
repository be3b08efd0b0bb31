import type { Circle } from '../../../activity/fold-row.ts';
import { COMMON, field, noted, TARGET } from './arguments.ts';
import type { Argument, Draft, Operation, Step, Values } from './operation.ts';

const CONNECTION_UID = noted('connectionUid', 'ID', 'connection_uid', "The product's id of the connection.");
const STATUS: Argument = {
  name: 'status',
  type: 'ConnectionStatus!',
  meaning: 'What became of it.',
};
const CIRCLE: Argument = { name: 'circle', type: 'Circle', meaning: 'The circle that the other person is put into.' };

const KIND_OF_STATUS: ReadonlyMap<unknown, string> = new Map([
  ['ACCEPTED', 'connection_accept'],
  ['DECLINED', 'connection_decline'],
  ['REMOVED', 'connection_remove'],
]);
const BY_STATUS = {
  says: [...KIND_OF_STATUS.values()].map((kind) => `\`${kind}\``).join(', '),
  of: ({ status }: Values) => KIND_OF_STATUS.get(status) ?? String(status),
};

/** What can become of a connection, as an enumeration of the schema. */
export const CONNECTION_STATUS = `enum ConnectionStatus { ${[...KIND_OF_STATUS.keys()].join(' ')} }`;

/** The connection, and then the circle: the one that was named, or none any more where the connection ends. */
function withCircle(own: Draft, { circle, status }: Values): Step[] {
  const { id, user_id, occurred_at, session_id, target_user_id } = own;
  const said = { user_id, occurred_at, session_id, target_user_id, ...(id === undefined ? {} : { id: circleId(id) }) };
  const ends = status === 'DECLINED' || status === 'REMOVED';
  if (ends) {
    return [{ activity: own }, { activity: { ...said, activity_type: 'circle_remove' } }];
  }
  return circle === undefined
    ? [{ activity: own }]
    : [{ activity: own }, { activity: { ...said, activity_type: 'circle_update', circle: circle as Circle } }];
}

function circleId(id: string): string {
  return `circle ${id}`.slice(0, 200);
}

export const CONNECTION_OPERATIONS: readonly Operation[] = [
  {
    name: 'createConnection',
    meaning: 'Asks somebody to connect.',
    kind: 'connection_request',
    arguments: [TARGET, CONNECTION_UID, ...COMMON],
  },
  {
    name: 'updateConnection',
    meaning: 'Accepts or declines a request, or ends a connection.',
    kind: BY_STATUS,
    arguments: [TARGET, STATUS, CONNECTION_UID, ...COMMON],
    takesBack: 'createConnection',
  },
  {
    name: 'createConnectionV2',
    meaning: 'Asks somebody to connect, and puts them into a circle.',
    kind: 'connection_request',
    arguments: [TARGET, CIRCLE, CONNECTION_UID, ...COMMON],
    steps: withCircle,
  },
  {
    name: 'updateConnectionV2',
    meaning: 'Accepts or declines a request, or ends a connection, and puts the other person into a circle.',
    kind: BY_STATUS,
    arguments: [TARGET, STATUS, CIRCLE, CONNECTION_UID, ...COMMON],
    steps: withCircle,
    takesBack: 'createConnectionV2',
  },
  {
    name: 'updateCircle',
    meaning: 'Puts somebody into a circle.',
    kind: 'circle_update',
    arguments: [TARGET, field('circle', 'Circle!', 'circle', 'inner, outer or universal.'), ...COMMON],
  },
  {
    name: 'removeFromCircle',
    meaning: 'Takes somebody out of their circle.',
    kind: 'circle_remove',
    arguments: [TARGET, ...COMMON],
    takesBack: 'updateCircle',
  },
  { name: 'followUser', meaning: 'Follows somebody.', kind: 'follow', arguments: [TARGET, ...COMMON] },
  {
    name: 'unfollowUser',
    meaning: 'Follows somebody no longer.',
    kind: 'unfollow',
    arguments: [TARGET, ...COMMON],
    takesBack: 'followUser',
  },
  {
    name: 'blockUser',
    meaning: 'Wants nothing to do with somebody: neither is shown to the other.',
    kind: 'block',
    arguments: [TARGET, ...COMMON],
  },
  {
    name: 'unblockUser',
    meaning: 'Ends a block.',
    kind: 'unblock',
    arguments: [TARGET, ...COMMON],
    takesBack: 'blockUser',
  },
];
