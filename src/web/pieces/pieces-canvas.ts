/** Draws cells of pieces. Invariant: one pass over the cells, at most as many as fit the rows there are. */
import type { Inks } from '../parts/use-inks.ts';
import type { CellGrid, PieceCell } from './piece-cells.ts';

export const pieceInks = ['accent', 'edge', 'trouble'] as const;
export type PieceInk = (typeof pieceInks)[number];

export const cellPx = 10;
export const stepPx = 12;
const radiusPx = 2;

/** `scale` is device pixels to a CSS pixel. */
export function drawCells(
  canvas: HTMLCanvasElement,
  cells: readonly PieceCell[],
  grid: CellGrid,
  inks: Inks<PieceInk>,
  scale: number,
): void {
  canvas.width = Math.round(grid.columns * stepPx * scale);
  canvas.height = Math.max(1, Math.round(grid.rows * stepPx * scale));
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  cells.forEach((cell, i) => {
    const x = (i % grid.columns) * stepPx;
    const y = Math.floor(i / grid.columns) * stepPx;
    drawCell(context, cell, x, y, inks);
  });
}

function drawCell(
  context: CanvasRenderingContext2D,
  { kind, done }: PieceCell,
  x: number,
  y: number,
  inks: Inks<PieceInk>,
): void {
  const box = (inset: number): void => {
    context.beginPath();
    context.roundRect(x + inset, y + inset, cellPx - 2 * inset, cellPx - 2 * inset, radiusPx);
  };
  box(0);
  context.fillStyle = kind === 'here' ? inks.accent : inks.edge;
  if (kind !== 'skipped') context.fill();
  if (kind === 'here') return;
  if (kind === 'skipped') {
    box(0.5);
    context.lineWidth = 1;
    context.strokeStyle = inks.edge;
    context.stroke();
    return;
  }
  // What is here fills the cell from below, so that a cell of many pieces shows how far it is.
  const share = kind === 'partial' ? Math.max(0.5, done) : done;
  if (share > 0) {
    context.save();
    context.clip();
    context.globalAlpha = kind === 'partial' && done < 0.5 ? 0.55 : 1;
    context.fillStyle = inks.accent;
    context.fillRect(x, y + cellPx * (1 - share), cellPx, cellPx * share);
    context.restore();
  }
  if (kind !== 'rare' && kind !== 'nowhere') return;
  box(0.75);
  context.lineWidth = 1.5;
  context.strokeStyle = inks.trouble;
  context.stroke();
  if (kind === 'nowhere' && done === 0) {
    context.fillStyle = inks.trouble;
    context.fill();
  }
}
