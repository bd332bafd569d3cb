'use client';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { EpisodeTokens, EpisodeTurn } from '../../../server/contract/episode.ts';
import type { Level } from '../../../server/contract/metrics.ts';
import { formatCount, formatValue } from '../../_charts/format.ts';
import { Badge } from '../../_ui/badge.tsx';
import { classes } from '../../_ui/classes.ts';
import { faultOf } from './episode-words.ts';
import type { Shading } from './token-shades.ts';
import { TurnCredit } from './turn-credit.tsx';
import { TurnTokens } from './turn-tokens.tsx';

/** Characters of an observation that are shown at first. */
const SHORT_OBSERVATION = 1200;

/** One turn: what was read, the sub-goal, what was done, and the credit it got. */
export function TurnCard({
  turn,
  place,
  commands,
  levels,
  shading,
  showsTokens,
  isCurrent,
}: {
  turn: EpisodeTurn;
  place: number;
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
          href={`#turn-${place + 1}`}
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
              <Disclosure title={tokensTitle(turn.tokens)} startsOpen={showsTokens}>
                <TurnTokens tokens={turn.tokens} shading={shading} />
              </Disclosure>
            </div>
          </div>
        </div>
      </div>
    </article>
  );
}

/** Text that may be very long: its beginning, until one asks for all. */
export function LongText({ text }: { text: string }) {
  const [all, setAll] = useState(false);
  const isLong = text.length > SHORT_OBSERVATION;
  return (
    <div>
      <p className="wrap-anywhere whitespace-pre-wrap">
        {isLong && !all ? `${text.slice(0, SHORT_OBSERVATION)} …` : text}
      </p>
      {isLong && (
        <button
          type="button"
          className="text-[0.86rem] font-medium text-accent hover:underline"
          onClick={() => setAll(!all)}
        >
          {all ? 'Show less' : `Show all ${formatCount(text.length)} characters`}
        </button>
      )}
    </div>
  );
}

function Disclosure({
  title,
  startsOpen = false,
  children,
}: {
  title: string;
  startsOpen?: boolean;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(startsOpen);
  const Icon = open ? ChevronDown : ChevronRight;
  return (
    <div className={classes(open && 'min-w-0 basis-full')}>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="inline-flex items-center gap-0.5 rounded-sm text-[0.86rem] text-muted hover:text-ink"
      >
        <Icon aria-hidden className="size-3.5" />
        {title}
      </button>
      {open && <div className="mt-1">{children}</div>}
    </div>
  );
}

/** An endpoint tells the text of an answer and not its tokens. */
function tokensTitle({ text, level, logProbability }: EpisodeTokens): string {
  const isWhole = text.length === 1 && level[0] === null && logProbability[0] === null;
  return isWhole ? 'the whole answer' : `${formatCount(text.length)} tokens`;
}
