/** Says that the daemon does not answer, and when it is tried again. */
import { useEffect, useState } from 'react';
import { useConnection, useLive } from '../live/live-context.tsx';

export function ConnectionBar() {
  const connection = useConnection();
  const live = useLive();
  const [nowMs, setNow] = useState(() => Date.now());
  const isLost = connection.kind === 'lost';
  useEffect(() => {
    if (!isLost) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isLost]);
  if (!isLost) return null;
  const seconds = Math.max(0, Math.ceil((connection.nextTryAt - nowMs) / 1000));
  return (
    <div className="connection">
      <p role="status">{connection.message}</p>
      <span>{seconds > 0 ? `Next try in ${seconds} s` : 'Trying…'}</span>
      <button type="button" className="button small" onClick={() => live.retry()}>
        Try now
      </button>
    </div>
  );
}
