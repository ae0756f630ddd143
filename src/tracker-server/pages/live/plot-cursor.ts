/** Pointing at a plot shows the values of that moment in place of the newest. */

const svgName = 'http://www.w3.org/2000/svg';

export function startPlotCursor(): void {
  let pointed: { readonly figure: HTMLElement; readonly part: number } | undefined;
  const show = () => {
    if (pointed !== undefined) showAt(pointed.figure, pointed.part);
  };
  for (const figure of document.querySelectorAll<HTMLElement>('figure.plot')) {
    const area = figure.querySelector('svg');
    area?.addEventListener('pointermove', (event) => {
      const { left, width } = area.getBoundingClientRect();
      pointed = { figure, part: (event.clientX - left) / width };
      show();
    });
    area?.addEventListener('pointerleave', () => {
      pointed = undefined;
      showNewest(figure);
    });
  }
  document.addEventListener('refreshed', show);
}

/** `part` is 0 at the left edge and 1 at the right one. */
function showAt(figure: HTMLElement, part: number): void {
  const ages = numbers(figure.dataset.ago);
  const span = Number(figure.dataset.span);
  if (ages.length < 2) return;
  const wanted = (1 - part) * span;
  let nearest = 0;
  for (const [i, age] of ages.entries()) {
    if (Math.abs(age - wanted) < Math.abs(ages[nearest]! - wanted)) nearest = i;
  }
  const age = ages[nearest]!;
  const values = [...figure.querySelectorAll<HTMLElement>('.legend')].map(
    ({ dataset }) => dataset.values?.split(' ')[nearest] ?? '',
  );
  say(
    figure,
    `${age < 60 ? `${age} s` : `${Math.round(age / 60)} min`} ago: ${values.join(' and ')}`,
  );
  const x = 360 * (1 - Math.min(age, span) / span);
  cursorOf(figure)?.setAttribute('d', `M${x} 0V100`);
}

function showNewest(figure: HTMLElement): void {
  say(figure, figure.querySelector<HTMLElement>('.reading')?.dataset.unless ?? '');
  figure.querySelector('.cursor')?.remove();
}

function say(figure: HTMLElement, text: string): void {
  const place = figure.querySelector('.reading');
  if (place !== null) place.textContent = text;
}

function cursorOf(figure: HTMLElement): SVGPathElement | undefined {
  const found = figure.querySelector<SVGPathElement>('.cursor');
  if (found !== null) return found;
  const made = document.createElementNS(svgName, 'path');
  made.setAttribute('class', 'cursor');
  figure.querySelector('svg')?.append(made);
  return made;
}

function numbers(text: string | undefined): number[] {
  return text === undefined || text === '' ? [] : text.split(' ').map(Number);
}
