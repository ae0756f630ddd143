/** A text as a QR code: always dark on light, because cameras want it so. Nothing when it is too long. */
import { useMemo } from 'react';
import { encode } from 'uqr';

interface QrCodeProps {
  readonly text: string;
  readonly label: string;
}

export function QrCode({ text, label }: QrCodeProps) {
  const drawing = useMemo(() => draw(text), [text]);
  if (drawing === undefined) return null;
  const { size, path } = drawing;
  return (
    <svg
      className="qr-code"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

function draw(text: string): { size: number; path: string } | undefined {
  try {
    const { data, size } = encode(text, { ecc: 'L', border: 2 });
    let path = '';
    data.forEach((row, y) => {
      for (let x = 0; x < row.length; ) {
        let end = x;
        while (row[end] === true) end++;
        if (end > x) path += `M${x} ${y}h${end - x}v1h${x - end}z`;
        x = Math.max(end, x) + 1;
      }
    });
    return { size, path };
  } catch {
    return undefined;
  }
}
