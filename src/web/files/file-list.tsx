/** Files as a list of paths and sizes, only to be looked at. Only rows in sight are drawn. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { formatBytes } from '../../base/amounts.ts';
import { Untrusted, untrustedText } from '../parts/untrusted.tsx';
import type { TreeFile } from './file-tree.ts';
import './files.css';

interface FileListProps {
  readonly files: readonly TreeFile[];
  readonly label: string;
}

const rowPx = 28;

export function FileList({ files, label }: FileListProps) {
  const scroller = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: files.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 10,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keys.
    <section ref={scroller} className="file-list" aria-label={label} tabIndex={0}>
      <ul className="files-space" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const file = files[index] as TreeFile;
          return (
            <li key={index} style={{ transform: `translateY(${start}px)` }}>
              <span className="cut" title={untrustedText(file.path)}>
                <Untrusted text={file.path} />
              </span>
              <span>{formatBytes(file.lengthBytes)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
