/** The worker thread of `TorrentReader`. */
import { parentPort } from 'node:worker_threads';
import { readTorrentFacts } from './torrent-facts.ts';
import { answerCalls } from './worker-calls.ts';

const functions = { read: readTorrentFacts };

export type TorrentReaderFunctions = typeof functions;

if (parentPort !== null) answerCalls(parentPort, functions);
