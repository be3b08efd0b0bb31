import { AppError } from '../core/errors.ts';

/**
 * Reads a JSON body of at most `maxBytes`, plain or by gzip: what counts is what it holds unpacked. The rest of a longer
 * one is neither read nor unpacked.
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
 * Reads a JSON body as SDKs of other makers send it, whatever they call its media type. Only for doors that take no
 * cookies, since a page of another site can post such a body. Throws as `readJson`.
 */
export async function readForeignJson(request: Request, maxBytes: number): Promise<unknown> {
  return parsed(await readText(request, maxBytes), 'The body');
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

async function readText(request: Request, maxBytes: number): Promise<string> {
  const announced = request.headers.get('content-length');
  const tooLong = Number(announced ?? 0) > maxBytes;
  const bytes = tooLong ? undefined : await readUpTo(request, announced !== null, maxBytes);
  if (bytes === undefined) {
    throw new AppError('PAYLOAD_TOO_LARGE', `The body is larger than ${maxBytes} bytes.`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new AppError('REQUEST_MALFORMED', 'The body is not UTF-8.', { cause: error });
  }
}

/**
 * The body, or undefined when it is too long. One whose length is known, and small enough, is taken as a whole: nobody can
 * send more than was announced, and a stream costs a request of one activity a tenth of its time.
 */
async function readUpTo(request: Request, announced: boolean, maxBytes: number): Promise<Uint8Array | undefined> {
  if (!announced || request.headers.has('content-encoding')) {
    return await complete(readBytes(unpacked(request), maxBytes));
  }
  const bytes = new Uint8Array(await complete(request.arrayBuffer()));
  return bytes.byteLength > maxBytes ? undefined : bytes;
}

/** Unpacks as it is read, so that what is not read is not unpacked. */
function unpacked({ headers, body }: Request): ReadableStream<Uint8Array> | null {
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'gzip' || encoding === 'x-gzip') {
    return body?.pipeThrough(new DecompressionStream('gzip')) ?? null;
  }
  if (encoding !== 'identity') {
    throw new AppError('MEDIA_TYPE_UNSUPPORTED', 'The Content-Encoding of the body must be gzip, or none.');
  }
  return body;
}

function checkMediaType(headers: Headers, wanted: string): void {
  if (mediaTypeOf(headers) !== wanted) {
    throw new AppError('MEDIA_TYPE_UNSUPPORTED', `The Content-Type of the body must be ${wanted}.`);
  }
}

/** The whole body, or undefined as soon as it is too long. */
async function readBytes(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > maxBytes) {
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

async function complete<Read>(reading: Promise<Read>): Promise<Read> {
  try {
    return await reading;
  } catch (error) {
    throw new AppError(
      'REQUEST_MALFORMED',
      'The body ended before it was complete, or is not what its Content-Encoding says.',
      { cause: error },
    );
  }
}
