/** A page of the catalog as a table: sorted by its heads, opened and got row by row. */
import type { CatalogEntry, CatalogSort } from '../../api/contract/catalog.ts';
import { formatBytes } from '../../base/amounts.ts';
import { Icon } from '../parts/icon.tsx';
import { Untrusted } from '../parts/untrusted.tsx';
import { exactTime, shortTime } from '../torrents/torrent-words.ts';
import type { CatalogLook } from './catalog-address.ts';
import { GetButton } from './get-button.tsx';

interface CatalogTableProps {
  readonly entries: readonly CatalogEntry[];
  readonly look: CatalogLook;
  readonly onSort: (sort: CatalogSort) => void;
  readonly onOpen: (entry: CatalogEntry) => void;
}

export function CatalogTable({ entries, look, onSort, onOpen }: CatalogTableProps) {
  const head = { look, onSort };
  return (
    <table className="grid catalog-table">
      <thead>
        <tr>
          <Head {...head} sort="name" name="Name" />
          <Head {...head} sort="size" name="Size" isNumber />
          <Head {...head} sort="seeders" name="Seeders" isNumber />
          <th className="number">Leechers</th>
          <Head {...head} sort="published" name="Published" />
          <th>
            <span className="unseen">Get</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <CatalogRow key={entry.id} entry={entry} onOpen={() => onOpen(entry)} />
        ))}
      </tbody>
    </table>
  );
}

interface HeadProps {
  readonly look: CatalogLook;
  readonly onSort: (sort: CatalogSort) => void;
  readonly sort: CatalogSort;
  readonly name: string;
  readonly isNumber?: boolean;
}

function Head({ look, onSort, sort, name, isNumber = false }: HeadProps) {
  const isSorted = look.sort === sort;
  const order = look.isDescending ? 'descending' : 'ascending';
  return (
    <th
      className={`${isNumber ? 'number' : ''} catalog-${sort}`}
      aria-sort={isSorted ? order : undefined}
    >
      <button type="button" onClick={() => onSort(sort)}>
        {name}
        {isSorted && <Icon name={look.isDescending ? 'down' : 'up'} />}
      </button>
    </th>
  );
}

function CatalogRow({
  entry,
  onOpen,
}: {
  readonly entry: CatalogEntry;
  readonly onOpen: () => void;
}) {
  const { name, lengthBytes, fileCount, seeders, leechers, publishedAt } = entry;
  return (
    <tr>
      <td className="catalog-name">
        <button type="button" className="catalog-open" onClick={onOpen}>
          <Untrusted text={name} />
        </button>
        <span className="catalog-under quiet">
          {formatBytes(lengthBytes)} · {seeders} {seeders === 1 ? 'seeder' : 'seeders'} · {leechers}{' '}
          {leechers === 1 ? 'leecher' : 'leechers'}
        </span>
      </td>
      <td className="number" title={fileCount === 1 ? '1 file' : `${fileCount} files`}>
        {formatBytes(lengthBytes)}
      </td>
      <td className={`number ${seeders === 0 ? 'quiet' : ''}`}>{seeders}</td>
      <td className={`number ${leechers === 0 ? 'quiet' : ''}`}>{leechers}</td>
      <td className="quiet" title={exactTime(publishedAt)}>
        {shortTime(publishedAt, Date.now())}
      </td>
      <td className="catalog-get">
        <GetButton entry={entry} />
      </td>
    </tr>
  );
}
