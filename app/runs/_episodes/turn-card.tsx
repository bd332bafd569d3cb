'use client';
import type { EpisodeTurn } from '../../../server/contract/episode.ts';
import type { Level } from '../../../server/contract/metrics.ts';
import { formatCount, formatValue } from '../../_charts/format.ts';
import { Badge } from '../../_ui/badge.tsx';
import { classes } from '../../_ui/classes.ts';
import { faultOf } from './episode-words.ts';
import { Disclosure, LongText } from './folded.tsx';
import type { Shading } from './token-shades.ts';
import { TurnCredit } from './turn-credit.tsx';
import { isWhole, TurnTokens } from './turn-tokens.tsx';

/** One turn: what was read, the sub-goal, what was done, and the credit it got. */
export function TurnCard({
  turn,
  place,
  href,
  commands,
  levels,
  shading,
  showsTokens,
  isCurrent,
}: {
  turn: EpisodeTurn;
  place: number;
  /** Address of the turn. */
  href: string;
  commands: readonly string[];
  levels: readonly Level[];
  shading: Shading;
  showsTokens: boolean;
  isCurrent: boolean;
}) {
  const fault = faultOf(turn);
  const isFirst = place === 0;
  return (
    <article
      aria-label={`Turn ${place + 1}`}
      aria-current={isCurrent ? 'step' : undefined}
      data-turn={place + 1}
      className={classes(
        '@container border-b border-line px-3 py-2.5',
        isCurrent && 'bg-accent-soft/40 shadow-[inset_3px_0_0_var(--accent)]',
      )}
    >
      <div className="flex gap-3">
        <a
          href={href}
          aria-label={`Link to turn ${place + 1}`}
          className="w-8 shrink-0 text-right font-medium text-muted hover:text-ink"
        >
          {place + 1}
        </a>
        <div className="grid min-w-0 flex-1 gap-x-8 gap-y-2 @4xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <div className="flex min-w-0 flex-col gap-2">
            <LongText text={turn.observation} />
            {turn.strategy && isFirst && (
              <p>
                <span className="text-muted">strategy</span>{' '}
                <b className="font-medium text-level-high">{turn.strategy}</b>
              </p>
            )}
            {turn.subgoal !== null && (
              <p className="flex flex-wrap items-baseline gap-x-2">
                <span className="text-[0.86rem] font-medium text-level-switch">
                  {turn.switched ? 'SWITCH to' : 'KEEP'}
                </span>
                <span className="text-level-high">{turn.subgoal || 'no sub-goal that can be read'}</span>
              </p>
            )}
            <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
              <span aria-hidden className="text-level-low">
                ›
              </span>
              <span className="sr-only">Action:</span>
              <b className="font-mono font-medium wrap-anywhere">{turn.action || 'nothing'}</b>
              {fault && <Badge tone="danger">{fault}</Badge>}
              {turn.reward !== 0 && (
                <Badge tone={turn.reward > 0 ? 'good' : 'danger'}>
                  reward {formatValue(turn.reward, 'reward')}
                </Badge>
              )}
              {turn.credit?.flagged && <Badge tone="warning">judged astray</Badge>}
            </p>
          </div>
          <div className="flex min-w-0 flex-col gap-2">
            {turn.credit && levels.length > 0 && <TurnCredit credit={turn.credit} levels={levels} />}
            <div className="flex flex-wrap items-start gap-x-4 gap-y-1">
              {turn.admissible.length > 0 && (
                <Disclosure title={`${formatCount(turn.admissible.length)} admissible`}>
                  <ul className="flex flex-wrap gap-x-3 gap-y-0.5 font-mono text-[0.86rem]">
                    {turn.admissible.map((index) => (
                      <li
                        key={index}
                        className={commands[index] === turn.action ? 'font-semibold' : 'text-muted'}
                      >
                        {commands[index]}
                      </li>
                    ))}
                  </ul>
                </Disclosure>
              )}
              {isWhole(turn.tokens) ? (
                <Disclosure title="Answer in full" startsOpen={showsTokens}>
                  <p className="font-mono text-[0.86rem] wrap-anywhere whitespace-pre-wrap">
                    {turn.tokens.text[0]}
                  </p>
                </Disclosure>
              ) : (
                <Disclosure title={`${formatCount(turn.tokens.text.length)} tokens`} startsOpen={showsTokens}>
                  <TurnTokens tokens={turn.tokens} shading={shading} />
                </Disclosure>
              )}
            </div>
          </div>
        </div>
      </div>
    </article>
  );
}
