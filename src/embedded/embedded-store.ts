import type { ProcessIdentity } from './processes.ts';

export interface RunningStore {
  readonly process: ProcessIdentity;
  readonly port: number;
}

/** What is particular to Postgres and to Neo4j; how one is started, adopted, watched and stopped is the same for both. */
export interface EmbeddedStore {
  readonly name: 'Postgres' | 'Neo4j';
  /** What the process prints. */
  readonly logFile: string;
  /** Ends the process with everything written and no client waited for. */
  readonly stopSignal: NodeJS.Signals;
  /** The process that has these files open now, whoever started it. */
  findRunning(): Promise<RunningStore | undefined>;
  /** Sees to what must be there before a launch: programs, files, the password. Does nothing the second time. */
  prepare(): Promise<void>;
  launch(port: number): Promise<ProcessIdentity>;
  /** Uses the store once. Throws `StoreRefusal` when waiting is useless, anything else when it is not ready yet. */
  probe(port: number): Promise<void>;
}

/** A store that runs and will never let us in. */
export class StoreRefusal extends Error {}
