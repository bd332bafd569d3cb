import type { Marker } from './run-colors.ts';

/** A piece of a line as the chart draws it: colour and dash. */
export function LineSwatch({
  color,
  dash,
  faint,
}: {
  color: string;
  dash?: readonly number[];
  faint?: boolean;
}) {
  return (
    <svg aria-hidden="true" width="18" height="8" className="shrink-0" opacity={faint ? 0.4 : 1}>
      <line x1="0" y1="4" x2="18" y2="4" stroke={color} strokeWidth="2.5" strokeDasharray={dash?.join(' ')} />
    </svg>
  );
}

const paths: Record<Marker, string> = {
  circle: 'M-4.5,0a4.5,4.5 0 1,0 9,0a4.5,4.5 0 1,0 -9,0',
  square: 'M-4,-4h8v8h-8z',
  diamond: 'M0,-5.5L5.5,0L0,5.5L-5.5,0z',
  triangle: 'M0,-5L5,4.5H-5z',
};

/** A marker at (x, y) inside an SVG. */
export function MarkerShape({
  marker,
  color,
  x,
  y,
}: {
  marker: Marker;
  color: string;
  x: number;
  y: number;
}) {
  return <path d={paths[marker]} transform={`translate(${x},${y})`} fill={color} />;
}

/** A marker on its own, for legends and lists. */
export function MarkerSwatch({ marker, color }: { marker: Marker; color: string }) {
  return (
    <svg aria-hidden="true" width="12" height="12" className="shrink-0">
      <MarkerShape marker={marker} color={color} x={6} y={6} />
    </svg>
  );
}
