/** What is around every view: navigation with counts, and the top bar. */
import type { ReactNode } from 'react';

export function Shell({ children }: { children: ReactNode }) {
  return <main>{children}</main>;
}
