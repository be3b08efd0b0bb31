import { createHash, randomBytes } from 'node:crypto';
import os from 'node:os';

const MIB = 2 ** 20;
const LEAST_PAGE_CACHE_MIB = 256;
const MOST_PAGE_CACHE_MIB = 4_096;

/**
 * What Neo4j may keep of its files in memory, in MiB: an eighth of the machine, which it shares with Postgres, the
 * service and whatever else runs there. It takes no more than its files need.
 */
function pageCacheMib(): number {
  const eighth = Math.floor(os.totalmem() / 8 / MIB);
  return Math.min(Math.max(eighth, LEAST_PAGE_CACHE_MIB), MOST_PAGE_CACHE_MIB);
}

/** Only this service talks to the server, over Bolt on the loopback interface. */
export function neo4jSettings(home: string, port: number): string {
  const settings = {
    'server.config.strict_validation.enabled': 'true',
    'server.directories.data': `${home}/data`,
    'server.directories.logs': `${home}/logs`,
    'server.directories.plugins': `${home}/plugins`,
    // Empty, and file URLs are off: LOAD CSV reads files even in a read transaction.
    'server.directories.import': `${home}/import`,
    'dbms.security.allow_csv_import_from_file_urls': 'false',
    // Nor does it fetch anything from other machines, or from this one.
    'internal.dbms.cypher_ip_blocklist': '0.0.0.0/0,::/0',
    'server.default_listen_address': '127.0.0.1',
    'server.bolt.listen_address': `127.0.0.1:${port}`,
    'server.bolt.advertised_address': `127.0.0.1:${port}`,
    'server.http.enabled': 'false',
    'server.https.enabled': 'false',
    'dbms.usage_report.enabled': 'false',
    'server.memory.pagecache.size': `${pageCacheMib()}m`,
    // Both are "never" by default. Jobs that need less time say so themselves.
    'db.transaction.timeout': '10m',
    'db.lock.acquisition.timeout': '30s',
    // One query that gathers too much ends by itself and leaves the others their share of the heap.
    'db.memory.transaction.max': '256m',
    // Waiting for late clients twice five seconds is most of a shutdown; ours have left by then.
    'internal.dbms.bolt.netty_server_shutdown_quiet_period': '0',
    // The graph can be folded again from the log, so old transaction logs need no room; what was erased is in them still.
    'db.tx_log.preallocate': 'false',
    'db.tx_log.rotation.size': '16M',
    'db.tx_log.rotation.retention_policy': '1 days 64M',
    // Queries and parameters are people's data, and have no place in a log.
    'db.logs.query.enabled': 'OFF',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

export const JVM_FLAGS = [
  '-Xms128m',
  '-Xmx1g',
  '-XX:+UseG1GC',
  // A server without memory answers nothing and does not end by itself; ended, it is started again.
  '-XX:+ExitOnOutOfMemoryError',
  '-XX:-OmitStackTraceInFastThrow',
  '-Dfile.encoding=UTF-8',
  '-Dlog4j2.disable.jmx=true',
  '-Dio.netty.tryReflectionSetAccessible=true',
  ...['java.nio', 'java.io', 'sun.nio.ch', 'java.util.concurrent'].map(
    (name) => `--add-opens=java.base/${name}=ALL-UNNAMED`,
  ),
  '--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED',
];

/**
 * The text of `data/dbms/auth.ini`, from which a server makes its first user: what `neo4j-admin dbms
 * set-initial-password` writes. Written by us because that program takes the password on its command line, where everyone
 * on the machine can read it, and two seconds.
 */
export function initialUser(password: string): string {
  const salt = randomBytes(32);
  const iterations = 1024;
  let hash = createHash('sha256').update(salt).update(password).digest();
  for (let i = 1; i < iterations; i += 1) hash = createHash('sha256').update(hash).digest();
  return `neo4j:SHA-256,${hash.toString('hex')},${salt.toString('hex')},${iterations}:\n`;
}
