/** A value once it has stayed the same for a while; what it is at first counts at once. */
import { useEffect, useState } from 'react';

export function useSteady<T>(value: T, ms: number): T {
  const [steady, setSteady] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSteady(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return steady;
}
