/** How much of something there is, as a bar. Decoration beside a number that says the same. */
export function Bar({ share }: { readonly share: number }) {
  const width = Math.min(1, Math.max(0, share));
  return (
    <span className="bar" aria-hidden="true">
      <span style={{ transform: `scaleX(${width})` }} />
    </span>
  );
}
