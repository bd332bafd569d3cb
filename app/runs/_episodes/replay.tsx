'use client';
import { ChevronLeft, ChevronRight, TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import type { EpisodeSummary } from '../../../server/contract/episode.ts';
import type { EpisodeDetail } from '../../../server/contract/episode-query.ts';
import { useKeys } from '../../_keys/use-keys.ts';
import { Button } from '../../_ui/button.tsx';
import { Kbd } from '../../_ui/kbd.tsx';
import { Select } from '../../_ui/select.tsx';
import { Switch } from '../../_ui/switch.tsx';
import { type AlignedRow, alignTurns, rowsOfOne } from './align-turns.ts';
import { describeOrigin, faultOf } from './episode-words.ts';
import { firstFailure } from './first-failure.ts';
import { REPLAY_KEYS, type ReplayKey } from './replay-keys.ts';
import { useReplayView, useTurn } from './replay-state.ts';
import { RewardStrip } from './reward-strip.tsx';
import { returnsOf, segmentsOf } from './segments.ts';
import { TokenLegend } from './token-legend.tsx';
import { shadingOf } from './token-shades.ts';
import { type ReplaySide, TurnList } from './turn-list.tsx';

/** An episode turn by turn, alone or beside another of the same game. */
export function Replay({
  detail,
  side,
  other,
  otherProblem,
}: {
  detail: EpisodeDetail;
  side: ReplaySide;
  /** The one beside it; null for none. */
  other: ReplaySide | null;
  /** Why it is not there, if it is wanted; empty: it loads. */
  otherProblem: string;
}) {
  const [view, setView] = useReplayView();
  const { turns } = side.body;
  const sides = useMemo(() => (other ? [side, other] : [side]), [side, other]);
  const { place, jump, goTo } = useTurn(turns.length);
  const segments = useMemo(() => segmentsOf(turns), [turns]);
  const { gamma } = detail.run.config;
  const returns = useMemo(() => returnsOf(turns, gamma), [turns, gamma]);
  const color = view.color ?? (side.body.credit ? 'advantage' : 'probability');
  const shading = useMemo(
    () =>
      shadingOf(
        sides.flatMap(({ body }) => body.turns),
        color,
      ),
    [sides, color],
  );
  const rows = useMemo(
    () => (other ? alignTurns(side.body, other.body) : rowsOfOne(side.body.turns.length)),
    [side, other],
  );
  const { won } = detail.summary;
  const failure = useMemo(() => firstFailure(side.body, won), [side, won]);
  const toFailure = () => {
    if (failure) goTo(failure.place);
  };
  const faults = useMemo(() => turns.flatMap((turn, index) => (faultOf(turn) ? index : [])), [turns]);
  const nextFault = () => goTo(faults.find((index) => index > place) ?? faults[0] ?? place);
  useKeys({
    j: () => goTo(place + 1),
    k: () => goTo(place - 1),
    n: () => goTo(segments.find(({ first }) => first > place)?.first ?? place),
    p: () => goTo(segments.findLast(({ first }) => first < place)?.first ?? 0),
    f: nextFault,
    e: toFailure,
  } satisfies Record<ReplayKey, () => void>);
  return (
    <div className="flex flex-col gap-3">
      <RewardStrip
        turns={turns}
        segments={segments}
        returns={returns}
        gamma={gamma}
        place={place}
        onTurn={goTo}
      />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <span className="inline-flex gap-1">
          <Button
            size="sm"
            icon={<ChevronLeft aria-hidden className="size-4" />}
            onClick={() => goTo(place - 1)}
          >
            Previous
          </Button>
          <Button size="sm" onClick={() => goTo(place + 1)}>
            Next
            <ChevronRight aria-hidden className="size-4" />
          </Button>
        </span>
        <Button
          size="sm"
          icon={<TriangleAlert aria-hidden className="size-4" />}
          disabled={faults.length === 0}
          onClick={nextFault}
        >
          {faults.length === 0 ? 'No invalid action' : 'Invalid action'}
        </Button>
        <Button size="sm" disabled={failure === null} onClick={toFailure}>
          {failure === null ? 'No failure to be seen' : 'First failure'}
        </Button>
        {failure && (
          <span className="text-[0.93rem] text-muted" data-first-failure={failure.place + 1}>
            turn {failure.place + 1}: {failure.reason}
          </span>
        )}
        <OtherEpisode detail={detail} value={view.with} onChange={(id) => void setView({ with: id })} />
        {otherProblem && <span className="text-[0.93rem] text-danger">{otherProblem}</span>}
        {other && <MarkButtons rows={rows} place={place} onTurn={goTo} />}
        <Switch checked={view.tokens} onChange={(tokens) => void setView({ tokens })}>
          Tokens
        </Switch>
        <TokenLegend shading={shading} onChange={(color) => void setView({ color })} />
      </div>
      <TurnList
        sides={sides}
        rows={rows}
        place={place}
        jump={jump}
        shading={shading}
        showsTokens={view.tokens}
      />
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-[0.86rem] text-muted max-sm:hidden">
        {REPLAY_KEYS.map(({ key, does }) => (
          <span key={key}>
            <Kbd>{key}</Kbd> {does}
          </span>
        ))}
      </p>
    </div>
  );
}

/** To the next turn where two episodes part, or meet again. */
function MarkButtons({
  rows,
  place,
  onTurn,
}: {
  rows: readonly AlignedRow[];
  place: number;
  onTurn: (place: number) => void;
}) {
  return (['part', 'meet'] as const).map((mark) => {
    // Where only the other one has a turn, the next of this one is meant.
    const places = rows.flatMap((row, index) =>
      row.mark === mark || (mark === 'meet' && row.mark === 'touch')
        ? (rows.slice(index).find(({ a }) => a !== null)?.a ?? [])
        : [],
    );
    const next = places.find((at) => at > place) ?? places[0];
    const none = mark === 'part' ? 'They do not part' : 'They do not meet again';
    const some = mark === 'part' ? 'Where they part' : 'Where they meet again';
    return (
      <Button
        key={mark}
        size="sm"
        disabled={next === undefined}
        onClick={() => next !== undefined && onTurn(next)}
      >
        {next === undefined ? none : `${some}${places.length > 1 ? ` (${places.length})` : ''}`}
      </Button>
    );
  });
}

/** Chooses an episode of the same game to read beside this one. */
function OtherEpisode({
  detail,
  value,
  onChange,
}: {
  detail: EpisodeDetail;
  value: string | null;
  onChange: (id: string | null) => void;
}) {
  const { others } = detail;
  if (others.length === 0)
    return <span className="text-[0.93rem] text-muted">No other episode of this game is stored</span>;
  const name = (other: EpisodeSummary) =>
    `${other.id}: ${describeOrigin(other)}, ${other.won ? 'won' : 'lost'}, ${other.length} turns`;
  return (
    <Select
      label="Beside it"
      size="sm"
      value={value ?? ''}
      onChange={(id) => onChange(id || null)}
      options={[
        { value: '', label: 'none' },
        ...others.map((other) => ({ value: other.id, label: name(other) })),
      ]}
      className="max-w-full min-w-0 [&>button]:min-w-0"
    />
  );
}
