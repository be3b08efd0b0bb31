import { validate as isUuid, v5 as uuidV5 } from 'uuid';

/** Whose ids they are. */
interface IdSource {
  /** Namespace of the ids. */
  readonly source: string;
  /** Whether the sender may choose uids. */
  readonly trusted: boolean;
}

/**
 * The uid of an activity: UUIDv5 of source and id (RFC 9562), so that the same id from the same source is the same
 * activity for ever. A uuid of a trusted sender is the uid itself. Of others it is an id like any other: anybody can
 * compute uids, and must not be able to take one that another source will need.
 */
export function activityUid(id: string, sender: IdSource): string {
  const plain = isUuid(id) ? id.toLowerCase() : undefined;
  return plain !== undefined && sender.trusted ? plain : uuidV5(Buffer.from(plain ?? id), namespaceOf(sender.source));
}

/** The uids that `activity_id` can mean: by the id that was sent, and by the uid that lists of activities show. */
export function uidsRetracted(
  id: string | undefined,
  sender: IdSource,
): { readonly retracts: string | null; readonly retractsListed: string | null } {
  if (id === undefined) {
    return { retracts: null, retractsListed: null };
  }
  const retracts = activityUid(id, sender);
  const listed = isUuid(id) ? id.toLowerCase() : null;
  return { retracts, retractsListed: listed === retracts ? null : listed };
}

const ID_NAMESPACE = '0d9c5a5e-3c0c-5a86-9a9e-6b1a3e0c7d51';

// One source sends whole batches; hashing its name once a batch instead of once an activity saves a tenth of the time.
let lastNamespace = { source: '', namespace: namespaceFor('') };

function namespaceOf(source: string): Uint8Array {
  if (lastNamespace.source !== source) {
    lastNamespace = { source, namespace: namespaceFor(source) };
  }
  return lastNamespace.namespace;
}

/** As bytes, which need not be read out of its text for each id. */
function namespaceFor(source: string): Uint8Array {
  return uuidV5(source, ID_NAMESPACE, new Uint8Array(16));
}
