/** The form of a request: its query, and its body as a urlencoded or a multipart form. */
import type { FastifyRequest } from 'fastify';
import { Form, type UploadedFile } from './form.ts';

/** Of one .torrent, and of a body without files. */
export const maxBodyBytes = 64 * 1024 ** 2;

/** The body goes before the query. Rejects with an error of Fastify for one that is too large. */
export async function formOf(request: FastifyRequest): Promise<Form> {
  const values = new Map<string, string>();
  const queryAt = request.url.indexOf('?');
  if (queryAt >= 0) addTo(values, request.url.slice(queryAt + 1));
  if (!request.isMultipart()) {
    if (typeof request.body === 'string') addTo(values, request.body);
    return new Form(values);
  }
  const files: UploadedFile[] = [];
  for await (const part of request.parts()) {
    if (part.type === 'file') files.push({ name: part.filename, bytes: await part.toBuffer() });
    else if (typeof part.value === 'string') values.set(part.fieldname, part.value);
  }
  return new Form(values, files);
}

function addTo(values: Map<string, string>, encoded: string): void {
  for (const [name, value] of new URLSearchParams(encoded)) values.set(name, value);
}
