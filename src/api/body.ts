import { AppError } from '../core/errors.ts';

/**
 * Reads a JSON body of at most `maxBytes`; the rest of a longer one is never read.
 *
 * Only `application/json` is taken: a page of another site can post forms and plain text with a visitor's credentials,
 * but not this, without asking first.
 *
 * @throws AppError `MEDIA_TYPE_UNSUPPORTED`, `PAYLOAD_TOO_LARGE`, `REQUEST_MALFORMED`.
 */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  checkMediaType(request.headers, 'application/json');
  return parsed(await readText(request, maxBytes), 'The body');
}

/**
 * Reads a JSON body as SDKs of other makers send it: whatever they call its media type, plain or by gzip. Only for doors
 * that take no cookies, since a page of another site can post such a body. `maxBytes` is what it may have unpacked; of
 * one that unpacks to more, no more is unpacked. Throws as `readJson`.
 */
export async function readForeignJson(request: Request, maxBytes: number): Promise<unknown> {
  const packed = encodingOf(request.headers) === 'gzip';
  if (!packed) {
    checkPlain(request.headers);
  }
  const body = packed ? (request.body?.pipeThrough(new DecompressionStream('gzip')) ?? null) : request.body;
  return parsed(await readText({ headers: request.headers, body }, maxBytes), 'The body');
}

/** Reads a body of one JSON value a line, of the given media type; empty lines are passed over. Throws as `readJson`. */
export async function readLines(request: Request, mediaType: string, maxBytes: number): Promise<unknown[]> {
  checkMediaType(request.headers, mediaType);
  const lines = (await readText(request, maxBytes)).split('\n');
  return lines.flatMap((line, index) => (line.trim() === '' ? [] : [parsed(line, `Line ${index + 1}`)]));
}

/** The media type of a body, without its parameters. */
export function mediaTypeOf(headers: Headers): string | undefined {
  return headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's own message quotes the body, which may hold anything.
    throw new AppError('REQUEST_MALFORMED', `${what} is not JSON.`, { cause: error });
  }
}

async function readText(request: Pick<Request, 'headers' | 'body'>, maxBytes: number): Promise<string> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  const bytes = announced > maxBytes ? undefined : await readBytes(request.body, maxBytes);
  if (bytes === undefined) {
    throw new AppError('PAYLOAD_TOO_LARGE', `The body is larger than ${maxBytes} bytes.`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new AppError('REQUEST_MALFORMED', 'The body is not UTF-8.', { cause: error });
  }
}

function checkMediaType(headers: Headers, wanted: string): void {
  if (mediaTypeOf(headers) !== wanted) {
    throw new AppError('MEDIA_TYPE_UNSUPPORTED', `The Content-Type of the body must be ${wanted}.`);
  }
  checkPlain(headers);
}

function checkPlain(headers: Headers): void {
  if (encodingOf(headers) !== 'identity') {
    throw new AppError('MEDIA_TYPE_UNSUPPORTED', 'The body must not be compressed; leave Content-Encoding out.');
  }
}

function encodingOf(headers: Headers): string {
  return headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
}

/** The whole body, or undefined as soon as it is too long. */
async function readBytes(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body ?? []) {
      length += chunk.byteLength;
      if (length > maxBytes) {
        return undefined;
      }
      chunks.push(chunk);
    }
  } catch (error) {
    throw new AppError('REQUEST_MALFORMED', 'The body ended before it was complete.', { cause: error });
  }
  return Buffer.concat(chunks, length);
}
