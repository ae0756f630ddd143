/** The view `#/tracker`. */
export function TrackerView() {
  return <h1>Tracker</h1>;
}
