/** A box that is on, off, or neither because what it stands for differs. */
import { useLayoutEffect, useRef } from 'react';
import type { Tick } from '../files/tree-marks.ts';

interface TickBoxProps {
  readonly tick: Tick;
  readonly label: string;
  readonly onTick: () => void;
  /** Reached by other keys than Tab. */
  readonly isInside?: boolean;
}

export function TickBox({ tick, label, onTick, isInside = false }: TickBoxProps) {
  const box = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (box.current) box.current.indeterminate = tick === 'mixed';
  }, [tick]);
  return (
    <input
      ref={box}
      type="checkbox"
      className="tick"
      aria-label={label}
      checked={tick === 'on'}
      onChange={onTick}
      tabIndex={isInside ? -1 : 0}
    />
  );
}
