import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RunBuffer } from '../../../app/_live/run-buffer.ts';
import { toWire } from '../../../server/api/wire-series.ts';
import type { RunEvent } from '../../../server/contract/events.ts';
import {
  chooseEvaluationBin,
  mostEvaluations,
  thinEvaluations,
} from '../../../server/contract/milestones.ts';
import { chooseBin, reduceRows, rowsOfIterations } from '../../../server/contract/series.ts';
import type { RunSnapshot } from '../../../server/contract/views.ts';
import { makeEvaluation } from '../../evaluation.ts';

const base = { runId: 'run000', time: 0 };

function iteration(
  seq: number,
  at: number,
  values: Record<string, number | null> = { success: at / 10 },
): RunEvent {
  return { ...base, seq, time: seq * 1000, kind: 'iteration', iteration: at, values };
}

function evaluation(seq: number, at: number): RunEvent {
  const result = makeEvaluation({ iteration: at, episodes: 10, successes: at, episodeLength: 12 });
  return { ...base, seq, kind: 'evaluation', evaluation: result };
}

function picture(...batches: RunEvent[][]) {
  const buffer = new RunBuffer('run000');
  for (const batch of batches) buffer.apply(batch);
  return buffer.picture;
}

describe('RunBuffer', () => {
  test('keeps NaN apart from what was not reported', () => {
    const { series } = picture([iteration(1, 1, { a: null }), iteration(2, 2, { b: 5 })]);
    expect(series.columns).toEqual({ a: [Number.NaN, null], b: [null, 5] });
  });

  test('knows where a run failed, until it goes on', () => {
    const at = { phase: 'update', iteration: 3 } as const;
    const failed: RunEvent = {
      ...base,
      seq: 1,
      kind: 'state',
      from: 'running',
      to: 'failed',
      reason: 'NaN',
      at,
      repeats: true,
    };
    const again: RunEvent = {
      ...base,
      seq: 2,
      kind: 'state',
      from: 'failed',
      to: 'queued',
      reason: 'Resumed',
    };
    expect(picture([failed])).toMatchObject({ failedAt: at, failsAgain: true });
    expect(picture([failed, again])).toMatchObject({ failedAt: null, failsAgain: false });
  });

  test('shows alerts, what is over, and none from after the checkpoint a run resumes from', () => {
    const alert = (seq: number, at: number, active: boolean): RunEvent => ({
      ...base,
      seq,
      kind: 'alert',
      iteration: at,
      active,
      alert: 'never-switches',
      level: 'switch',
      since: 1,
      text: '',
      advice: '',
    });
    const told = [iteration(1, 1), alert(2, 3, true), alert(3, 6, false)];
    expect(picture(told).alerts).toMatchObject([{ since: 1, until: 6 }]);
    const resumed = (at: number): RunEvent => ({ ...base, seq: 4, kind: 'resumed', iteration: at });
    expect(picture(told, [resumed(4)]).alerts).toMatchObject([{ since: 1, until: null }]);
    expect(picture(told, [resumed(2)]).alerts).toEqual([]);
  });

  test('drops points and evaluations after the checkpoint a run resumes from', () => {
    const { series, evaluations } = picture([
      iteration(1, 1),
      iteration(2, 2),
      evaluation(3, 2),
      iteration(4, 3),
      evaluation(5, 3),
      { ...base, seq: 6, kind: 'resumed', iteration: 2 },
      iteration(7, 3),
    ]);
    expect(series.iterations).toEqual([1, 2, 3]);
    expect(series.columns.success).toEqual([0.1, 0.2, 0.3]);
    expect(evaluations.map(({ iteration }) => iteration)).toEqual([2]);
  });

  test('an evaluation told twice counts once', () => {
    expect(picture([evaluation(1, 4), evaluation(2, 4)]).evaluations).toHaveLength(1);
  });

  test('takes progress without a number of its own and forgets it when the run finishes', () => {
    const progress: RunEvent = {
      ...base,
      seq: 1,
      kind: 'progress',
      phase: 'rollout',
      iteration: 2,
      done: 3,
      total: 9,
      secondsLeft: 40,
    };
    const running = picture([iteration(1, 1), progress]);
    expect(running.progress).toEqual({ phase: 'rollout', iteration: 2, done: 3, total: 9, secondsLeft: 40 });
    expect(running.lastSeq).toBe(1);
    const finished: RunEvent = {
      ...base,
      seq: 2,
      kind: 'state',
      from: 'running',
      to: 'finished',
      reason: 'Done',
    };
    expect(picture([progress, finished]).progress).toBeNull();
  });

  test('measures the pace over iterations without a break between them', () => {
    expect(picture([iteration(1, 1), iteration(3, 2), iteration(5, 3)]).pace).toEqual({
      mean: 2,
      deviation: 0,
      n: 2,
    });
    const resumed: RunEvent = { ...base, seq: 6, kind: 'resumed', iteration: 3 };
    expect(picture([iteration(1, 1), iteration(3, 2), resumed, iteration(900, 4)]).pace).toBeNull();
  });

  test('the live picture equals the reloaded one, however events are cut into batches and repeated', () => {
    const kinds = fc.array(fc.constantFrom('iteration', 'evaluation', 'log', 'checkpoint', 'resumed'), {
      maxLength: 40,
    });
    const cuts = fc.array(fc.nat(40), { maxLength: 6 });
    fc.assert(
      fc.property(kinds, cuts, fc.nat(5), (names, places, overlap) => {
        let at = 0;
        const events = names.map((name, index): RunEvent => {
          const seq = index + 1;
          if (name === 'iteration') return iteration(seq, ++at);
          if (name === 'evaluation') return evaluation(seq, at);
          if (name === 'log') return { ...base, seq, kind: 'log', level: 'info', text: `line ${seq}` };
          if (name === 'checkpoint') return { ...base, seq, kind: 'checkpoint', iteration: at };
          at = Math.max(0, at - 2);
          return { ...base, seq, kind: 'resumed', iteration: at };
        });
        const ends = [...places, events.length]
          .map((place) => Math.min(place, events.length))
          .sort((a, b) => a - b);
        const batches = ends.map((end, index) =>
          events.slice(Math.max(0, (ends[index - 1] ?? 0) - overlap), end),
        );
        expect(picture(...batches)).toEqual(picture(events));
      }),
    );
  });

  describe('of a run longer than its points', () => {
    const points = 64;
    const noise = (at: number) => Math.sin(at * 12.9898) * 43758.5453;
    const events = Array.from({ length: 1500 }, (_, index): RunEvent[] => {
      const at = index + 1;
      const values: Record<string, number | null> = { success: noise(at), episodes: at * 8 };
      if (at % 90 === 7) values.success = null;
      if (at > 300 && at % 2 === 0) values.kl = noise(-at);
      const first = iteration(2 * at - 1, at, values);
      return at % 3 === 0 ? [first, evaluation(2 * at, at)] : [first];
    }).flat();
    /** What the server would tell of the run up to there, as JSON brings it. */
    const snapshotAt = (upTo: number): RunSnapshot => {
      const told = events.slice(0, upTo);
      const rows = rowsOfIterations(told.filter((event) => event.kind === 'iteration'));
      const bin = chooseBin(rows.iterations.at(-1) ?? 0, points);
      const evaluations = told.flatMap((event) => (event.kind === 'evaluation' ? event.evaluation : []));
      const evaluationBin = chooseEvaluationBin(evaluations, mostEvaluations(points));
      const times = told.flatMap((event) => (event.kind === 'iteration' ? event.time : []));
      return JSON.parse(
        JSON.stringify({
          runId: 'run000',
          lastSeq: told.at(-1)?.seq ?? 0,
          state: 'running',
          reason: '',
          series: toWire({ runId: 'run000', bin, ...reduceRows(rows, bin) }),
          evaluations: thinEvaluations(evaluations, evaluationBin),
          evaluationBin,
          alerts: [],
          lastCheckpoint: null,
          failedAt: null,
          failsAgain: false,
          facts: null,
          progress: null,
          iterationTimes: times.slice(-11),
        }),
      );
    };
    const reloadedAt = (upTo: number) => {
      const buffer = new RunBuffer('run000', points);
      buffer.seed(snapshotAt(upTo));
      return buffer.picture;
    };

    test('the live picture equals the reloaded one, wherever it began and however it came', () => {
      const place = fc.nat(events.length);
      fc.assert(
        fc.property(place, fc.array(place, { maxLength: 5 }), fc.nat(20), (seedAt, places, overlap) => {
          const buffer = new RunBuffer('run000', points);
          buffer.seed(snapshotAt(seedAt));
          const ends = [...places, events.length].filter((end) => end >= seedAt).sort((a, b) => a - b);
          let from = seedAt;
          for (const end of ends) {
            buffer.apply(events.slice(Math.max(0, from - overlap), end));
            from = end;
          }
          expect(buffer.picture).toEqual(reloadedAt(events.length));
          expect(buffer.picture.series.iterations.length).toBeLessThanOrEqual(points * 1.25 + 5);
          expect(buffer.isOutdated).toBe(false);
        }),
        { numRuns: 30 },
      );
    });

    test('asks for a new snapshot when the run goes back into what is summarised', () => {
      const buffer = new RunBuffer('run000', points);
      buffer.seed(snapshotAt(events.length));
      buffer.apply([{ ...base, seq: 9000, kind: 'resumed', iteration: 700 }]);
      expect(buffer.isOutdated).toBe(true);
      buffer.seed(snapshotAt(500));
      expect(buffer.isOutdated).toBe(false);
    });

    test('keeps its log lines in order when older ones are read later', () => {
      const buffer = new RunBuffer('run000', points);
      const log = (seq: number): RunEvent => ({ ...base, seq, kind: 'log', level: 'info', text: `${seq}` });
      buffer.seed(snapshotAt(10));
      const { lastSeq } = buffer.picture;
      buffer.apply([log(lastSeq + 2), log(lastSeq + 4)]);
      buffer.addLogs([1, 3, lastSeq + 2].map((seq) => ({ seq, time: 0, level: 'info', text: `${seq}` })));
      expect(buffer.picture.logs.map(({ seq }) => seq)).toEqual([1, 3, lastSeq + 2, lastSeq + 4]);
    });
  });

  test('does not change a picture it has given away', () => {
    const buffer = new RunBuffer('run000');
    buffer.apply([iteration(1, 1)]);
    const before = buffer.picture;
    buffer.apply([iteration(2, 2)]);
    expect(before.series.iterations).toEqual([1]);
    expect(before.series.columns.success).toEqual([0.1]);
    expect(buffer.apply([iteration(2, 2)])).toBe(false);
  });
});
