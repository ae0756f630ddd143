/** The form of a request: its query, and its body as a urlencoded or a multipart form. */
import type { FastifyRequest } from 'fastify';
import { DaemonRefusal } from '../service/refusal.ts';
import { Form, type UploadedFile } from './form.ts';

/** Of one .torrent, and of a body without files. */
export const maxBodyBytes = 64 * 1024 ** 2;
const maxFilesBytes = 2 * maxBodyBytes;

export const multipartLimits = {
  fileSize: maxBodyBytes,
  files: 1000,
  fields: 100,
  fieldSize: 1024 ** 2,
  parts: 1100,
};

/** The body goes before the query. Rejects with an error of Fastify for one that is too large. */
export async function formOf(request: FastifyRequest): Promise<Form> {
  const values = new Map<string, string>();
  const queryAt = request.url.indexOf('?');
  if (queryAt >= 0) addTo(values, request.url.slice(queryAt + 1));
  if (!request.isMultipart()) {
    if (typeof request.body === 'string') addTo(values, request.body);
    return new Form(values);
  }
  return new Form(values, await readParts(request, values));
}

async function readParts(
  request: FastifyRequest,
  values: Map<string, string>,
): Promise<UploadedFile[]> {
  const files: UploadedFile[] = [];
  let length = 0;
  try {
    for await (const part of request.parts()) {
      if (part.type === 'file') {
        const bytes = await part.toBuffer();
        length += bytes.length;
        requireTogether(length);
        files.push({ name: part.filename, bytes });
      } else if (typeof part.value === 'string') {
        values.set(part.fieldname, part.value);
      }
    }
  } catch (error) {
    // Nothing else is done here: without a status of its own it is the parser's complaint.
    const { statusCode } = error as { statusCode?: unknown };
    if (error instanceof DaemonRefusal || statusCode !== undefined) throw error;
    throw new DaemonRefusal('BAD_REQUEST', 'The multipart body is malformed, or cut off');
  }
  return files;
}

function requireTogether(length: number): void {
  if (length <= maxFilesBytes) return;
  throw new DaemonRefusal('TOO_LARGE', 'These files are too large together. Send them one by one');
}

function addTo(values: Map<string, string>, encoded: string): void {
  for (const [name, value] of new URLSearchParams(encoded)) values.set(name, value);
}
