/** How the page asks the daemon to share something. Files go by XMLHttpRequest, which tells how far they are. */
import { type Share, sharesPath } from '../../api/contract/torrents.ts';
import { ApiError, ask, refusalIn } from '../api.ts';
import type { SharePort } from './share-uploads.ts';

export const sharePort: SharePort = {
  begin: (body) => ask<Share>(sharesPath, { method: 'POST', body }),
  send: sendFile,
  get: (id) => ask<Share>(`${sharesPath}/${id}`),
  cancel: (id) => ask<void>(`${sharesPath}/${id}`, { method: 'DELETE' }),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

function sendFile(
  id: string,
  index: number,
  file: Blob,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Share> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = (): void => request.abort();
    const fail = (error: ApiError): void => {
      signal.removeEventListener('abort', abort);
      reject(error);
    };
    request.open('PUT', `${sharesPath}/${id}/files/${index}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.addEventListener('progress', ({ loaded }) => onSent(loaded));
    request.addEventListener('load', () => {
      signal.removeEventListener('abort', abort);
      if (request.status < 300) resolve(request.response as Share);
      else reject(refusalIn(request.response, request.status));
    });
    request.addEventListener('error', () => fail(unreachable));
    request.addEventListener('abort', () => fail(takenBack));
    signal.addEventListener('abort', abort);
    // Sent without a type of its own: what the browser makes of a file's name is of no use to the daemon.
    request.send(file.slice(0, file.size, 'application/octet-stream'));
  });
}

const unreachable = new ApiError(
  'UNREACHABLE',
  'The file could not be sent: the daemon does not answer, or the file changed or is gone.',
);
const takenBack = new ApiError('UNREACHABLE', 'It was taken back.');
