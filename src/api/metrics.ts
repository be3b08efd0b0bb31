import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { JobObserver } from '../jobs/runs.ts';

/** What the parts of the service report, and how it reads in Prometheus' text format. */
export interface Metrics {
  observeRequest(
    request: { readonly method: string; readonly route: string; readonly status: number },
    seconds: number,
  ): void;
  /** `activities` is how many came in one request; `seconds` the time until the log had committed them. */
  observeAppend(activities: number, seconds: number): void;
  observeFeedSource(source: string, seconds: number): void;
  /** How the runs of jobs end in this process. */
  readonly jobs: JobObserver;
  /** Tells where the projector's figures are read from, at every scrape. */
  watchProjector(state: () => { readonly position: number; readonly head: number }): void;
  readonly contentType: string;
  render(): Promise<string>;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Jobs take from milliseconds to an hour. */
const JOB_SECONDS = [0.01, 0.05, 0.25, 1, 5, 15, 60, 300, 900, 3_600];

/** A registry of its own, so that two services in one process (tests) do not share figures. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'activity_graph_http_request_duration_seconds',
    help: 'Time to answer a request, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  });
  const batches = new Histogram({
    name: 'activity_graph_append_batch_activities',
    help: 'Activities in one request.',
    buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500],
    registers,
  });
  const appends = new Histogram({
    name: 'activity_graph_append_duration_seconds',
    help: 'Time from a checked request to the commit of its activities.',
    buckets: SECONDS,
    registers,
  });
  const sources = new Histogram({
    name: 'activity_graph_feed_source_duration_seconds',
    help: 'Time that a source of candidates took for one feed.',
    labelNames: ['source'],
    buckets: SECONDS,
    registers,
  });
  return {
    observeRequest: ({ method, route, status }, seconds) =>
      requests.observe({ method, route, status: String(status) }, seconds),
    observeAppend(activities, seconds) {
      batches.observe(activities);
      appends.observe(seconds);
    },
    observeFeedSource: (source, seconds) => sources.observe({ source }, seconds),
    jobs: jobMetrics(registers),
    watchProjector: (state) => watchProjector(registry, state),
    contentType: registry.contentType,
    render: () => registry.metrics(),
  };
}

function jobMetrics(registers: Registry[]): JobObserver {
  const durations = new Histogram({
    name: 'activity_graph_job_duration_seconds',
    help: 'Time that a run of a job took, by job and by how it ended.',
    labelNames: ['job', 'status'],
    buckets: JOB_SECONDS,
    registers,
  });
  const successes = new Gauge({
    name: 'activity_graph_job_last_success_timestamp_seconds',
    help: 'When a run of the job last ended well, as this process knows.',
    labelNames: ['job'],
    registers,
  });
  return {
    ended: (job, status, durationMs) => durations.observe({ job, status }, durationMs / 1_000),
    succeeded: (job, at) => successes.set({ job }, at / 1_000),
  };
}

function watchProjector(registry: Registry, state: () => { readonly position: number; readonly head: number }): void {
  const gauge = (name: string, help: string, read: () => number): Gauge =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('activity_graph_log_head_position', 'Newest position of the log.', () => state().head);
  gauge('activity_graph_projector_position', 'Newest position that the graph has.', () => state().position);
  gauge('activity_graph_projector_lag_positions', 'How many positions the graph is behind the log.', () =>
    Math.max(0, state().head - state().position),
  );
}
