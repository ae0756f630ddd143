/** The view `#/share`. */
export function ShareView() {
  return <h1>Share</h1>;
}
