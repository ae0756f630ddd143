/** The graph of speed, loaded when it is first shown: it brings a library along. */
import { lazy, Suspense } from 'react';
import { FaultGuard } from '../parts/fault-guard.tsx';

const SpeedGraph = lazy(() =>
  import('./speed-graph.tsx').then((module) => ({ default: module.SpeedGraph })),
);

export function LaterSpeedGraph(props: { readonly hash?: string }) {
  return (
    <FaultGuard>
      <Suspense fallback={null}>
        <SpeedGraph {...props} />
      </Suspense>
    </FaultGuard>
  );
}
