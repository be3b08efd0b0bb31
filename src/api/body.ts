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
  checkMediaType(request.headers);
  const text = await readText(request, maxBytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's own message quotes the body, which may hold anything.
    throw new AppError('REQUEST_MALFORMED', 'The body is not JSON.', { cause: error });
  }
}

async function readText(request: Request, maxBytes: number): Promise<string> {
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

function checkMediaType(headers: Headers): void {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new AppError('MEDIA_TYPE_UNSUPPORTED', 'The Content-Type of the body must be application/json.');
  }
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity') {
    throw new AppError('MEDIA_TYPE_UNSUPPORTED', 'The body must not be compressed; leave Content-Encoding out.');
  }
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
