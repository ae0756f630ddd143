/** Shoal's mark: three fish, drawn as lenses. */
export const markPath =
  'M1 6.5C3 4 6.5 4 9 6.5C6.5 9 3 9 1 6.5ZM10.5 10C12.5 7.5 16.5 7.5 19 10C16.5 12.5 12.5 12.5 10.5 10ZM3 13.5C5 11 8.5 11 11 13.5C8.5 16 5 16 3 13.5Z';

export const iconSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><path fill="#1f7fb0" d="${markPath}"/></svg>
`;
