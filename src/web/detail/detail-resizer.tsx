/** The edge between table and detail: dragged, or moved with the arrows. */
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { useObservable } from '../parts/observable.ts';
import { usePage } from '../shell/page-state.tsx';

const least = 140;
const most = 900;
const stepPx = 24;

export function DetailResizer() {
  const page = usePage();
  const height = useObservable(page.detailHeight);
  const from = useRef<{ y: number; height: number }>(undefined);
  const set = (next: number) =>
    page.detailHeight.set(Math.round(Math.min(most, Math.max(least, next))));
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { y: event.clientY, height };
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (from.current) set(from.current.height + from.current.y - event.clientY);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowUp' ? stepPx : event.key === 'ArrowDown' ? -stepPx : 0;
    if (step === 0) return;
    event.preventDefault();
    set(height + step);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved
    <div
      className="detail-resizer"
      role="separator"
      aria-orientation="horizontal"
      aria-label="Height of the detail"
      aria-valuenow={height}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        from.current = undefined;
      }}
      onKeyDown={onKeyDown}
    />
  );
}
