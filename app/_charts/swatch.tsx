import type { Marker, RunStyle } from './run-colors.ts';

/** A piece of a line as the chart draws it: colour and dash. */
export function LineSwatch({ color, dash }: { color: string; dash?: readonly number[] }) {
  return (
    <svg aria-hidden="true" width="22" height="8" className="shrink-0">
      <line x1="0" y1="4" x2="22" y2="4" stroke={color} strokeWidth="2.5" strokeDasharray={dash?.join(' ')} />
    </svg>
  );
}

const paths: Record<Marker, string> = {
  circle: 'M-4.5,0a4.5,4.5 0 1,0 9,0a4.5,4.5 0 1,0 -9,0',
  square: 'M-4,-4h8v8h-8z',
  diamond: 'M0,-5.5L5.5,0L0,5.5L-5.5,0z',
  triangle: 'M0,-5L5,4.5H-5z',
  cross: 'M-5,-3L-3,-5L0,-2L3,-5L5,-3L2,0L5,3L3,5L0,2L-3,5L-5,3L-2,0z',
  bar: 'M-1.75,-5.5h3.5v11h-3.5z',
  wedge: 'M0,5L5,-4.5H-5z',
  plus: 'M-1.5,-5h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5v-3h3.5z',
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

/** A marker on its own, for legends. */
export function MarkerSwatch({ marker, color }: { marker: Marker; color: string }) {
  return (
    <svg aria-hidden="true" width="12" height="12" className="shrink-0">
      <MarkerShape marker={marker} color={color} x={6} y={6} />
    </svg>
  );
}

/** How a run is drawn, its line and its marker, for legends, lists and tables. */
export function RunSwatch({ style: { color, dash, marker }, faint }: { style: RunStyle; faint?: boolean }) {
  return (
    <span
      aria-hidden="true"
      data-run-style={`${color} ${dash.join(' ')} ${marker}`}
      className={`inline-flex shrink-0 items-center gap-1 ${faint ? 'opacity-40' : ''}`}
    >
      <LineSwatch color={color} dash={dash} />
      <MarkerSwatch marker={marker} color={color} />
    </span>
  );
}
