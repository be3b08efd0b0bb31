import { parentPort, workerData } from 'node:worker_threads';
import { type Histories, type LearnOptions, learnWeights } from './learn.ts';

/** The body of the thread that `learnInThread` starts: learns, answers, ends. */
const { histories, options } = workerData as { histories: Histories; options: LearnOptions };
const learned = learnWeights(histories, options);
parentPort?.postMessage(learned, [
  learned.starts.buffer,
  learned.items.buffer,
  learned.weights.buffer,
] as ArrayBuffer[]);
