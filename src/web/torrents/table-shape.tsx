/** The shape of the table until the daemon has said what is in it. */
const widths = [62, 48, 71, 55, 40, 66];

export function TableShape() {
  return (
    <div className="table-shape" role="status" aria-label="Loading the torrents">
      {widths.map((width) => (
        <div key={width} className="table-shape-row">
          <span className="shape" style={{ width: `${width}%` }} />
          <span className="shape" />
          <span className="shape" />
        </div>
      ))}
    </div>
  );
}
