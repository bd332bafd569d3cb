import type { TurnCredit as Credit, EpisodeTurn } from '../../../server/contract/episode.ts';
import { LEVELS, type Level } from '../../../server/contract/metrics.ts';
import { formatValue } from '../../_charts/format.ts';
import { LEVEL_STYLES } from '../../_charts/level-styles.ts';

/** Levels that an estimator gave a value or an advantage on some turn. */
export function creditedLevels(turns: readonly EpisodeTurn[]): Level[] {
  return LEVELS.filter((level) =>
    turns.some(({ credit }) => credit?.values[level] !== undefined || credit?.advantage[level] !== undefined),
  );
}

/** Value and advantage of each level on one turn: V as the critic read it, A as the update used it. */
export function TurnCredit({ credit, levels }: { credit: Credit; levels: readonly Level[] }) {
  // Without a critic there are none at all.
  const hasValues = Object.keys(credit.values).length > 0;
  return (
    <dl className="flex flex-wrap gap-x-5 gap-y-1 text-[0.86rem]">
      {levels.map((level) => (
        <div
          key={level}
          className="flex items-baseline gap-2 border-l-3 pl-2"
          style={{ borderColor: LEVEL_STYLES[level].color }}
        >
          <dt className="text-muted">{LEVEL_STYLES[level].label}</dt>
          <dd className="flex gap-2">
            {hasValues && (
              <Reading
                name="V"
                value={credit.values[level]}
                title="Value before the turn, as the critic read it"
              />
            )}
            <Reading
              name="A"
              value={credit.advantage[level]}
              title={`Advantage as the update used it; before normalisation ${formatValue(credit.rawAdvantage[level], 'reward')}`}
            />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Reading({ name, value, title }: { name: string; value: number | null | undefined; title: string }) {
  return (
    <span title={title} className="whitespace-nowrap">
      <span className="text-muted">{name}</span>{' '}
      <b className="font-medium">{value === null ? 'NaN' : formatValue(value, 'reward')}</b>
    </span>
  );
}
