import type { Driver } from 'neo4j-driver';

/** What was run: text and parameters. */
export type Ran = readonly [string, Record<string, unknown>];

/** The same driver, which also notes what is read by it. */
export function recordingDriver(driver: Driver, ran: Ran[]): Driver {
  return replacing(driver, 'session', (session, ...config) =>
    replacing(session(...config) as object, 'executeRead', (executeRead, work, settings) =>
      executeRead(
        (transaction: object) =>
          (work as (transaction: object) => unknown)(
            replacing(transaction, 'run', (run, text, params) => {
              ran.push([text as string, params as Record<string, unknown>]);
              return run(text, params);
            }),
          ),
        settings,
      ),
    ),
  );
}

type Method = (...args: unknown[]) => unknown;

function replacing<T extends object>(
  target: T,
  name: string,
  method: (original: Method, ...args: unknown[]) => unknown,
): T {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key, object);
      if (typeof value !== 'function') {
        return value;
      }
      const original = value.bind(object) as Method;
      return key === name ? (...args: unknown[]) => method(original, ...args) : original;
    },
  });
}
