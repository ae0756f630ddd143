/** The daemon itself: is it there, who is logged in, what does it do, and with which settings. */
import type { FastifyRequest } from 'fastify';
import {
  daemonHealth,
  folderListing,
  folderQuery,
  loginRequest,
  sessionInfo,
  settings,
  settingsChange,
} from '../contract/schema/daemon.ts';
import { speedHistory, speedQuery } from '../contract/schema/torrents.ts';
import {
  type DaemonHealth,
  foldersPath,
  healthPath,
  loginPath,
  logoutPath,
  sessionPath,
  settingsPath,
  speedPath,
} from '../contract/torrents.ts';
import { askedWith, sessionCookie } from './asking-browser.ts';
import type { ApiScope, DaemonRouteDeps } from './daemon-deps.ts';
import { about } from './route-words.ts';

const tag = 'Daemon';
/** Of what a browser keeps; the daemon forgets sessions that nobody used for a week. */
const cookieSeconds = 30 * 24 * 3600;

export function addSessionRoutes(app: ApiScope, deps: DaemonRouteDeps): void {
  const { torrents, settings: port, folders } = deps.ports;
  app.get(
    healthPath,
    {
      config: { access: 'open' },
      schema: about({ tag, summary: 'Is it up', answer: daemonHealth, isOpen: true }),
    },
    (): DaemonHealth => ({ status: 'ok' }),
  );
  addLogin(app, deps);
  app.get(
    sessionPath,
    { schema: about({ tag, summary: 'What it does now, in figures', answer: sessionInfo }) },
    () => torrents.session(),
  );
  app.get(settingsPath, { schema: about({ tag, summary: 'Its settings', answer: settings }) }, () =>
    port.get(),
  );
  app.patch(
    settingsPath,
    {
      schema: {
        ...about({ tag, summary: 'Change settings', answer: settings, refuses: ['FORBIDDEN_DIR'] }),
        body: settingsChange,
      },
    },
    (request) => port.change(request.body),
  );
  app.get(
    speedPath,
    {
      schema: {
        ...about({ tag, summary: 'Speed of all torrents, over time', answer: speedHistory }),
        querystring: speedQuery,
      },
    },
    (request) => torrents.speed(undefined, request.query.seconds),
  );
  app.get(
    foldersPath,
    {
      schema: {
        ...about({
          tag,
          summary: 'Folders that torrents may be saved to',
          answer: folderListing,
          refuses: ['FORBIDDEN_DIR', 'DISK_FOLDER'],
        }),
        querystring: folderQuery,
      },
    },
    (request) => folders.list(request.query.path),
  );
}

function addLogin(app: ApiScope, { access }: DaemonRouteDeps): void {
  app.post(
    loginPath,
    {
      config: { access: 'open' },
      bodyLimit: 4096,
      schema: {
        ...about({
          tag,
          summary: 'Log in with the token; answers with a cookie',
          isOpen: true,
          refuses: ['TOKEN_WRONG', 'TOO_MANY_REQUESTS'],
        }),
        body: loginRequest,
      },
    },
    (request, reply) => {
      const id = access.login(request.body.password, askedWith(request).address);
      reply.header('set-cookie', cookie(request, id, cookieSeconds));
      return reply.code(204).send();
    },
  );
  app.post(
    logoutPath,
    { bodyLimit: 1024, schema: about({ tag, summary: 'Log out' }) },
    (request, reply) => {
      const { session } = askedWith(request);
      if (session !== undefined) access.logout(session);
      reply.header('set-cookie', cookie(request, '', 0));
      return reply.code(204).send();
    },
  );
}

function cookie(request: FastifyRequest, value: string, seconds: number): string {
  return `${sessionCookie(request)}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}`;
}
