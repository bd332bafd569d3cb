import type { Proportion } from './proportion.ts';

const WIDTH = 120;
const HEIGHT = 16;
const INSET = 5;

const place = (share: number) => INSET + share * (WIDTH - 2 * INSET);

/** A rate and its interval on a scale from 0 to 1, where there is room; the numbers stand beside it. */
export function IntervalBar({
  value,
  dots = [],
  color,
}: {
  value: Pick<Proportion, 'rate' | 'low' | 'high'>;
  /** Single values behind it. */
  dots?: readonly number[];
  color: string;
}) {
  if (Number.isNaN(value.rate))
    return <svg aria-hidden="true" width={WIDTH} height={HEIGHT} className="hidden sm:block" />;
  return (
    <svg aria-hidden="true" width={WIDTH} height={HEIGHT} className="hidden shrink-0 sm:block">
      <line x1={INSET} x2={WIDTH - INSET} y1={HEIGHT / 2} y2={HEIGHT / 2} stroke="var(--line)" />
      {[0, 0.5, 1].map((tick) => (
        <line
          key={tick}
          x1={place(tick)}
          x2={place(tick)}
          y1={4}
          y2={12}
          stroke="var(--line-strong)"
          opacity={0.5}
        />
      ))}
      <line
        x1={place(value.low)}
        x2={place(value.high)}
        y1={HEIGHT / 2}
        y2={HEIGHT / 2}
        stroke={color}
        strokeWidth={7}
        opacity={0.45}
      />
      {dots.map((dot, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two may be equal
        <circle key={index} cx={place(dot)} cy={HEIGHT / 2} r={1.75} fill="var(--muted)" />
      ))}
      <circle cx={place(value.rate)} cy={HEIGHT / 2} r={3} fill={color} />
    </svg>
  );
}

/** A difference and its interval on a scale from −1 to 1 around zero. */
export function DifferenceBar({
  value,
  color,
}: {
  value: { difference: number; low: number; high: number };
  color: string;
}) {
  if (Number.isNaN(value.difference))
    return <svg aria-hidden="true" width={WIDTH} height={HEIGHT} className="hidden sm:block" />;
  const half = (difference: number) => place((difference + 1) / 2);
  return (
    <svg aria-hidden="true" width={WIDTH} height={HEIGHT} className="hidden shrink-0 sm:block">
      <line x1={INSET} x2={WIDTH - INSET} y1={HEIGHT / 2} y2={HEIGHT / 2} stroke="var(--line)" />
      <line x1={half(0)} x2={half(0)} y1={1} y2={HEIGHT - 1} stroke="var(--line-strong)" />
      <line
        x1={half(value.low)}
        x2={half(value.high)}
        y1={HEIGHT / 2}
        y2={HEIGHT / 2}
        stroke={color}
        strokeWidth={7}
        opacity={0.45}
      />
      <circle cx={half(value.difference)} cy={HEIGHT / 2} r={3} fill={color} />
    </svg>
  );
}
