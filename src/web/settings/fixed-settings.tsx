/** What is set where the daemon is started, and never over the network; each with where that is. */
import type { ReactNode } from 'react';
import type { Settings } from '../../api/contract/torrents.ts';
import { Untrusted } from '../parts/untrusted.tsx';
import '../parts/fact-list.css';

export function FixedSettings({ fixed }: { readonly fixed: Settings['fixed'] }) {
  const { allowDirs, watchDir, onComplete, peerPort } = fixed;
  return (
    <>
      <p className="field-hint">
        These are set with the flags of <code>shoal daemon</code> or in its <code>config.toml</code>
        , never over the network.
      </p>
      <dl className="fact-list">
        <Fact name="Port for peers" how="--peer-port">
          {peerPort}
        </Fact>
        <Fact name="Further folders for torrents" how="--allow-dir">
          {allowDirs.length === 0
            ? 'none'
            : allowDirs.map((dir) => (
                <span key={dir} className="fact-line">
                  <Untrusted text={dir} />
                </span>
              ))}
        </Fact>
        <Fact name="Watched folder" how="--watch">
          {watchDir === null ? 'none' : <Untrusted text={watchDir} />}
        </Fact>
        <Fact name="Command on completion" how="--on-complete">
          {onComplete ? 'runs' : 'none'}
        </Fact>
      </dl>
    </>
  );
}

interface FactProps {
  readonly name: string;
  readonly how: string;
  readonly children: ReactNode;
}

function Fact({ name, how, children }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
      <dd className="fact-how">
        <code>{how}</code>
      </dd>
    </div>
  );
}
