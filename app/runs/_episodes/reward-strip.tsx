import type { EpisodeTurn } from '../../../server/contract/episode.ts';
import { formatValue } from '../../_charts/format.ts';
import { faultOf } from './episode-words.ts';
import type { Segment } from './segments.ts';

const HEIGHT = 56;
/** Bottom of each band, from the top. */
const BAND = { segments: 10, faults: 16, plot: HEIGHT };

/**
 * The whole episode at a glance: segments, invalid actions, rewards as bars and returns as a line. A slider over it moves
 * the turn one is on.
 */
export function RewardStrip({
  turns,
  segments,
  returns,
  gamma,
  place,
  onTurn,
}: {
  turns: readonly EpisodeTurn[];
  segments: readonly Segment[];
  returns: readonly number[];
  gamma: number;
  place: number;
  onTurn: (place: number) => void;
}) {
  const count = turns.length;
  const rewards = turns.map(({ reward }) => reward);
  const low = Math.min(0, ...rewards, ...returns);
  const high = Math.max(0, ...rewards, ...returns, low + 1e-9);
  const y = (value: number) => BAND.plot - 2 - ((value - low) / (high - low)) * (BAND.plot - BAND.faults - 4);
  const path = returns.map((value, turn) => `${turn + 0.5},${y(value)}`).join(' ');
  return (
    <figure className="rounded-lg border border-line bg-surface p-3">
      <div className="relative rounded-sm has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
        <svg
          viewBox={`0 0 ${Math.max(1, count)} ${HEIGHT}`}
          preserveAspectRatio="none"
          aria-hidden
          className="block h-14 w-full"
        >
          <rect x={place} y={0} width={1} height={HEIGHT} fill="var(--accent-soft)" />
          {segments.map(({ first, last }, index) => (
            <rect
              key={first}
              x={first}
              y={0}
              width={last - first + 1}
              height={BAND.segments - 2}
              fill="var(--level-high)"
              opacity={index % 2 === 0 ? 0.75 : 0.35}
            />
          ))}
          {turns.map((turn, at) =>
            faultOf(turn) ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: turns keep their places
              <rect key={at} x={at} y={BAND.segments} width={1} height={4} fill="var(--danger)" />
            ) : null,
          )}
          <line
            x1={0}
            x2={count}
            y1={y(0)}
            y2={y(0)}
            stroke="var(--line-strong)"
            vectorEffect="non-scaling-stroke"
          />
          {rewards.map((reward, at) =>
            reward === 0 ? null : (
              <rect
                // biome-ignore lint/suspicious/noArrayIndexKey: turns keep their places
                key={at}
                x={at + 0.15}
                width={0.7}
                y={Math.min(y(0), y(reward))}
                height={Math.abs(y(reward) - y(0))}
                fill={reward > 0 ? 'var(--good)' : 'var(--danger)'}
              />
            ),
          )}
          <polyline
            points={path}
            fill="none"
            stroke="var(--ink)"
            strokeWidth={1.5}
            vectorEffect="non-scaling-stroke"
          />
        </svg>
        <input
          type="range"
          min={1}
          max={Math.max(1, count)}
          value={place + 1}
          onChange={({ target }) => onTurn(target.valueAsNumber - 1)}
          aria-label="Turn"
          aria-valuetext={`turn ${place + 1} of ${count}`}
          className="absolute inset-0 size-full cursor-pointer opacity-0"
        />
      </div>
      <figcaption className="mt-1.5 flex flex-wrap gap-x-4 text-[0.86rem] text-muted">
        <span>
          turn <b className="font-medium text-ink">{place + 1}</b> of {count}
        </span>
        <span>
          reward <b className="font-medium text-ink">{formatValue(rewards[place], 'reward')}</b> (bars)
        </span>
        <span>
          return <b className="font-medium text-ink">{formatValue(returns[place], 'reward')}</b> (line, gamma{' '}
          {gamma})
        </span>
        {segments.length > 0 && <span>{segments.length} segments (bands)</span>}
        <span>{turns.filter((turn) => faultOf(turn)).length} invalid actions (red)</span>
      </figcaption>
    </figure>
  );
}
