/** Keeps a fault in one part of the page from taking the rest away; says so, with a way out. */
import { Component, type ReactNode } from 'react';
import { problemOf } from '../api.ts';
import { Problem } from './problem.tsx';

interface FaultGuardProps {
  readonly children: ReactNode;
}

export class FaultGuard extends Component<FaultGuardProps, { readonly fault?: string }> {
  override state: { readonly fault?: string } = {};

  static getDerivedStateFromError(error: unknown): { readonly fault: string } {
    return { fault: problemOf(error) };
  }

  override render(): ReactNode {
    const { fault } = this.state;
    if (fault === undefined) return this.props.children;
    // Most often the daemon was updated, and what this page would load is gone.
    return (
      <Problem
        message={`This part of the page cannot be shown: ${fault}`}
        onRetry={() => location.reload()}
      />
    );
  }
}
