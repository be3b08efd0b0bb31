import { personToErase } from '../access.ts';
import { ERASURE_PATIENCE_MS } from '../rest/privacy.ts';
import type { Area } from './area.ts';
import { idArgument } from './arguments.ts';

/** Erasing a person. */
export const privacyArea: Area = {
  typeDefinitions: /* GraphQL */ `
"PENDING: activities are refused already, and the rest goes on; ask again."
enum ErasureStatus { PENDING DONE }

"What became of the erasure of a person."
type Erasure {
  "Number of the erasure."
  id: Int!
  "Whether anything is left to do."
  status: ErasureStatus!
  "Newest row of the log that says what was cleared; null: there was nothing of the person."
  position: Position
  "Rows of the log that were cleared."
  logRows: Int!
  "Rows of the audit tables that were deleted."
  auditRows: Int!
}

extend type Mutation {
  "Erases a person from every store, with their content, for ever. userId: somebody else only for service and admin."
  eraseUser(userId: ID!): Erasure!
}
`,
  resolvers: (ports) => ({
    Mutation: {
      async eraseUser(_source, args, { caller }) {
        const person = await personToErase(caller, idArgument(args['userId']), ports);
        const { status, ...erasure } = await ports.erasePerson(person.id, ERASURE_PATIENCE_MS);
        return { ...erasure, status: status.toUpperCase() };
      },
    },
  }),
};
