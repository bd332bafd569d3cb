import { formatValue } from '../../_charts/format.ts';
import { LEVEL_STYLES } from '../../_charts/level-styles.ts';
import type { LevelDifference } from './lens-difference.ts';
import { SIDE_COLORS } from './side-colors.ts';

const HEIGHT = 60;

/** Where two sides put the credit of a level along an episode: a pair of bars a turn, A left and B right, on one scale. */
export function CreditStrip({ found, title }: { found: LevelDifference; title: string }) {
  const { level, a, b } = found;
  const numbers = [...a, ...b].filter((value) => value !== null && Number.isFinite(value)) as number[];
  const low = Math.min(0, ...numbers);
  const high = Math.max(0, ...numbers);
  const y = (value: number) => 2 + ((high - value) / (high - low || 1)) * (HEIGHT - 4);
  const bars = (values: readonly (number | null)[], at: number, color: string) =>
    values.map((value, turn) =>
      value === null || !Number.isFinite(value) ? null : (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: turns keep their places
          key={turn}
          x={turn + at}
          width={0.4}
          y={Math.min(y(0), y(value))}
          height={Math.max(0.5, Math.abs(y(value) - y(0)))}
          fill={color}
        />
      ),
    );
  return (
    <figure className="rounded-lg border border-line bg-surface p-3">
      <figcaption className="mb-1.5 flex flex-wrap gap-x-4 text-[0.93rem]">
        <span className="border-l-3 pl-2 font-medium" style={{ borderColor: LEVEL_STYLES[level].color }}>
          {title}
        </span>
        <span className="text-muted">
          between {formatValue(low, 'reward')} and {formatValue(high, 'reward')}
        </span>
      </figcaption>
      <svg
        viewBox={`0 0 ${Math.max(1, a.length)} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}: advantage of A and B on each of ${a.length} turns; the table has the numbers`}
        className="block h-15 w-full"
      >
        <line
          x1={0}
          x2={a.length}
          y1={y(0)}
          y2={y(0)}
          stroke="var(--line-strong)"
          vectorEffect="non-scaling-stroke"
        />
        {bars(a, 0.08, SIDE_COLORS.a)}
        {bars(b, 0.52, SIDE_COLORS.b)}
      </svg>
    </figure>
  );
}
