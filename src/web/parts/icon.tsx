/** Drawings of 16 by 16. None stands without words or a tooltip, so all are hidden from screen readers. */
const drawings = {
  plus: 'M8 3v10M3 8h10',
  share: 'M8 10V2.5M5 5.5l3-3 3 3M3 9v4.5h10V9',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.7 10.7 14 14',
  gear: 'M2 4.5h7M12.5 4.5H14M2 11.5h1.5M7 11.5h7M9 4.5a1.75 1.75 0 1 0 3.5 0a1.75 1.75 0 1 0-3.5 0ZM3.5 11.5a1.75 1.75 0 1 0 3.5 0a1.75 1.75 0 1 0-3.5 0Z',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  trash: 'M2.5 4.5h11M6 4V2.5h4V4M4 4.5l.7 9h6.6l.7-9',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  menu: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  back: 'M10 3 5 8l5 5',
  columns: 'M2.5 3h11v10h-11zM6.5 3v10M10 3v10',
  check: 'M3 8.5 6.5 12 13 4.5',
  folder: 'M2 4v8.5h12V5.5H8L6.5 4H2Z',
  up: 'M8 13V3M4 7l4-4 4 4',
  down: 'M8 3v10M4 9l4 4 4-4',
  fold: 'M4 6l4 4 4-4',
  unfold: 'M6 4l4 4-4 4',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  retry: 'M13 8a5 5 0 1 1-1.5-3.5L13 6M13 2.5V6H9.5',
  light:
    'M8 11a3 3 0 1 0 0-6a3 3 0 0 0 0 6ZM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7',
  dark: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z',
  keys: 'M1.5 4h13v8.5h-13zM4 7h.01M6.7 7h.01M9.3 7h.01M12 7h.01M5 10h6',
  catalog: 'M2.5 3h11M2.5 6.5h11M2.5 10h7M2.5 13h4',
  tracker: 'M8 14V8M4.5 11.5a5 5 0 1 1 7 0M6.3 9.7a2.4 2.4 0 1 1 3.4 0',
  file: 'M4 2h5l3.5 3.5V14H4zM9 2v3.5h3.5',
  dense: 'M2.5 3.5h11M2.5 6.5h11M2.5 9.5h11M2.5 12.5h11',
} as const;

/** Laid over the lines, or alone. */
const fillings = {
  start: 'M4.5 2.75v10.5l8.5-5.25z',
  stop: 'M4 3h2.75v10H4zM9.25 3H12v10H9.25z',
  theme: 'M8 1.75a6.25 6.25 0 0 1 0 12.5z',
} as const;
const lines: Readonly<Partial<Record<IconName, string>>> = {
  ...drawings,
  theme: 'M8 14.25A6.25 6.25 0 1 0 8 1.75a6.25 6.25 0 0 0 0 12.5Z',
};
const fills: Readonly<Partial<Record<IconName, string>>> = fillings;

export type IconName = keyof typeof drawings | keyof typeof fillings;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon-drawing" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {name in lines && <path d={lines[name]} strokeWidth={name === 'more' ? 2.25 : undefined} />}
      {name in fills && <path d={fills[name]} fill="currentColor" stroke="none" />}
    </svg>
  );
}
