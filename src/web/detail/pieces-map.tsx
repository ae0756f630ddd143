/**
 * The map of a torrent's pieces; asks `torrents/HASH/pieces` by itself while it is shown.
 * Invariant: drawn once for each answer, width or change of colours, and at most once a frame.
 */
import { type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import { type PieceMap, torrentsPath } from '../../api/contract/torrents.ts';
import { useTorrent } from '../live/live-context.tsx';
import { Problem } from '../parts/problem.tsx';
import { useAnswer } from '../parts/use-answer.ts';
import { useInks } from '../parts/use-inks.ts';
import { useWidth } from '../parts/use-width.ts';
import {
  availabilityOf,
  cellsOf,
  countPieces,
  gridFor,
  type Pieces,
} from '../pieces/piece-cells.ts';
import { cellSentence, legend, piecesSentence } from '../pieces/piece-words.ts';
import { drawCells, pieceInks, stepPx } from '../pieces/pieces-canvas.ts';
import '../pieces/pieces.css';

const lookMs = 2000;
const quietLookMs = 15_000;
const mostRows = 12;

export function PiecesMap({ hash }: { readonly hash: string }) {
  const torrent = useTorrent(hash);
  const isMoving = torrent?.state === 'downloading' || torrent?.state === 'checking';
  const path = `${torrentsPath}/${hash}/pieces`;
  const { data, error, refresh } = useAnswer<PieceMap>(path, isMoving ? lookMs : quietLookMs);
  const pieces = useMemo(() => (data === undefined ? undefined : piecesOf(data)), [data]);
  if (data?.pieceCount === 0) {
    return <p className="pieces-note">The pieces are known once the metadata is here.</p>;
  }
  if (pieces !== undefined) return <Cells pieces={pieces} />;
  if (error !== undefined) return <Problem message={error.message} onRetry={refresh} />;
  return <div className="shape pieces-shape" />;
}

function piecesOf({ states, availability }: PieceMap): Pieces {
  return { states: bytesOf(states), availability: bytesOf(availability) };
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function Cells({ pieces }: { readonly pieces: Pieces }) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(box);
  const inks = useInks(pieceInks);
  const [pointed, setPointed] = useState<number>();
  const grid = useMemo(
    () => gridFor(pieces.states.length, width, stepPx, mostRows),
    [pieces.states.length, width],
  );
  const cells = useMemo(() => cellsOf(pieces, grid.piecesPerCell), [pieces, grid]);
  const counts = useMemo(() => countPieces(pieces), [pieces]);

  useEffect(() => {
    if (width === 0) return;
    const frame = requestAnimationFrame(() => {
      if (canvas.current) drawCells(canvas.current, cells, grid, inks, devicePixelRatio);
    });
    return () => cancelAnimationFrame(frame);
  }, [cells, grid, inks, width]);

  const onPointer = (event: PointerEvent<HTMLCanvasElement>): void => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const column = Math.floor((event.clientX - left) / stepPx);
    const row = Math.floor((event.clientY - top) / stepPx);
    setPointed(column < grid.columns ? row * grid.columns + column : undefined);
  };
  const cell = pointed === undefined ? undefined : cells[pointed];
  const available = useMemo(() => availabilityOf(pieces), [pieces]);
  return (
    <figure className="pieces">
      <figcaption className="pieces-head">
        <span className="pieces-sentence">
          {cell === undefined ? piecesSentence(counts) : cellSentence(cell)}
        </span>
        {grid.piecesPerCell > 1 && (
          <span className="quiet">{grid.piecesPerCell} pieces a square</span>
        )}
        {available !== undefined && (
          <span title="Copies of the whole among this daemon and its peers">
            <span className="quiet">availability</span> {roundedDown(available)}
          </span>
        )}
      </figcaption>
      <div ref={box} className="pieces-box">
        <canvas
          ref={canvas}
          role="img"
          aria-label={piecesSentence(counts)}
          style={{ width: grid.columns * stepPx, height: grid.rows * stepPx }}
          onPointerMove={onPointer}
          onPointerLeave={() => setPointed(undefined)}
        />
      </div>
      <ul className="pieces-legend" aria-label="Colours">
        {legend.map(({ kind, name }) => (
          <li key={kind}>
            <span className={`pieces-key ${kind}`} aria-hidden="true" />
            {name}
          </li>
        ))}
      </ul>
    </figure>
  );
}

/** So that 1.0 means that nothing is missing from the swarm. */
function roundedDown(value: number): string {
  return (Math.floor(value * 10) / 10).toFixed(1);
}
