import neo4j from 'neo4j-driver';
import { expect, it } from 'vitest';
import { failureOf } from '../../src/api/failure.ts';
import { createLogger } from '../../src/core/logger.ts';
import { isAway, isBusy, isTooLarge, isTooMuch, TooMuchError } from '../../src/graph/failures.ts';

const failure = (code: string, message = 'Neo4j says so') => new neo4j.Neo4jError(message, code, '', '');

it.each([
  ['ServiceUnavailable'],
  ['SessionExpired'],
  ['Neo.ClientError.Security.Unauthorized'],
  ['Neo.ClientError.Database.DatabaseNotFound'],
  ['Neo.TransientError.General.DatabaseUnavailable'],
  ['N/A', 'Connection acquisition timed out in 6000 ms.'],
  ['N/A', 'Pool is closed, it is no more able to serve requests.'],
])('%s says that Neo4j is away %s', (...[code, message]: readonly string[]) => {
  const error = failure(code ?? '', message);
  expect([isAway(error), isTooMuch(error), isBusy(error)]).toEqual([true, false, false]);
});

it.each([
  ['Neo.ClientError.Transaction.TransactionTimedOut'],
  ['Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration'],
  ['Neo.ClientError.Transaction.LockClientStopped'],
  ['Neo.TransientError.General.MemoryPoolOutOfMemoryError'],
  ['Neo.TransientError.General.TransactionOutOfMemoryError'],
])('%s is too much for Neo4j, and no fault of who asked', (code) => {
  const error = failure(code);
  expect([isAway(error), isTooMuch(error)]).toEqual([false, true]);
  const ours = new TooMuchError(error);
  expect(isTooLarge(ours)).toBe(code.includes('TransactionOutOfMemory'));
  expect(failureOf(ours, createLogger('silent'))).toMatchObject({ code: 'GRAPH_UNAVAILABLE', status: 503 });
});

it('what transactions did to each other is a 503 for who asked, and no reason to give up a run', () => {
  const deadlock = failure('Neo.TransientError.Transaction.DeadlockDetected');
  expect([isAway(deadlock), isTooMuch(deadlock)]).toEqual([false, false]);
  expect(failureOf(deadlock, createLogger('silent'))).toMatchObject({ code: 'GRAPH_UNAVAILABLE', status: 503 });
});

it.each([['Neo.ClientError.Statement.SyntaxError'], ['N/A'], ['Neo.DatabaseError.General.UnknownError']])(
  '%s is a fault of ours',
  (code) => {
    const error = failure(code);
    expect([isAway(error), isTooMuch(error), isBusy(error)]).toEqual([false, false, false]);
    expect(failureOf(error, createLogger('silent'))).toMatchObject({ code: 'INTERNAL', status: 500 });
  },
);
