import type { PolicyShape } from '../../../server/rl/model/shape.ts';

/** Rows of a conversation are fed what is new, call by call; each call's logits are those of every row's next token. */
export interface TalkTask {
  kind: 'talk';
  /** What rows begin with, which is not measured, and by row, which of them; none: an empty conversation. */
  prompts: number[][];
  promptOf: number[];
  /** `[call][row]`: new tokens. */
  calls: number[][][];
  /** Logits of these tokens only; null: of the whole vocabulary. */
  columns: number[] | null;
}

/** Optimiser steps of a LoRA adapter, one a round, on the mean cross entropy of all decisions. */
export interface LoraTask {
  kind: 'lora';
  rows: number[][];
  /** By row: indices of the tokens that were decided, and what was chosen there. */
  positions: number[][];
  chosen: number[][];
  /** What all decisions were between; null: the whole vocabulary. */
  columns: number[] | null;
  rank: number;
  alpha: number;
  learningRate: number;
}

/** Something to measure, as both sides get it. Token ids are numbers, so that it can be written as JSON. */
export interface BenchTask {
  /** What `--only` chooses by. */
  group: Group;
  title: string;
  /** Tokens that one round works through; padding does not count. */
  tokens: number;
  /** Tokens whose logits are compared, in the last call of a round. */
  watched: number[];
  work: TalkTask | LoraTask;
}

export const GROUPS = ['prefill', 'decode', 'turn', 'lora'] as const;
export type Group = (typeof GROUPS)[number];

const PROMPT = 512;
const STEPS = 16;
const COLUMNS = 40;
const TURN_ROWS = 24;
const DECISIONS = 100;

/** The tasks of some groups, for a model of this shape. */
export function benchTasks({ vocabulary }: PolicyShape, groups: readonly Group[]): BenchTask[] {
  const columns = Array.from({ length: COLUMNS }, (_, i) => Math.floor((i * vocabulary) / COLUMNS));
  const text = (row: number, length: number) =>
    Array.from({ length }, (_, i) => (31 * row + 7919 * i) % vocabulary);
  const talk = (group: Group, title: string, work: Omit<TalkTask, 'kind'>): BenchTask => ({
    ...{ group, title, watched: columns, work: { kind: 'talk', ...work } },
    tokens: work.calls.flat(2).length,
  });
  const some = `${COLUMNS} columns`;
  const all = 'whole vocabulary';

  const prefill = talk('prefill', `prefill, 1 row of ${PROMPT}`, {
    ...{ prompts: [], promptOf: [0], columns: null },
    calls: [[text(1, PROMPT)]],
  });
  const decode = (rows: number, isNarrow: boolean): BenchTask =>
    talk('decode', `decoding, ${rows} ${rows > 1 ? 'rows' : 'row'} at ${PROMPT}, ${isNarrow ? some : all}`, {
      prompts: [text(1, PROMPT)],
      promptOf: new Array(rows).fill(0),
      columns: isNarrow ? columns : null,
      calls: range(STEPS).map((step) => range(rows).map((row) => text(row + 2, STEPS).slice(step, step + 1))),
    });
  // Rows are 340 to 460 tokens long and get 28 to 52: 400 and 40 on average.
  const behind = [340, 380, 420, 460];
  const news = (row: number) => 28 + 8 * ((row % 4) ^ (Math.floor(row / 4) % 4));
  const turn = talk(
    'turn',
    `a turn of ${TURN_ROWS} ragged rows at 400, 40 new and 5 single tokens, ${some}`,
    {
      prompts: behind.map((length, i) => text(i, length)),
      promptOf: range(TURN_ROWS).map((row) => row % behind.length),
      columns,
      calls: range(6).map((call) =>
        range(TURN_ROWS).map((row) => text(row + 7 + call, call === 0 ? news(row) : 1)),
      ),
    },
  );
  const lora = (isNarrow: boolean): BenchTask => {
    const rows = range(4).map((row) => text(row, PROMPT));
    const step = Math.floor((PROMPT - 1) / DECISIONS);
    const positions = rows.map(() => range(DECISIONS).map((i) => 1 + step * i));
    const chosen = rows.map((tokens, row) =>
      range(DECISIONS).map((i) =>
        isNarrow ? (columns[(7 * i + row) % COLUMNS] as number) : (tokens[1 + step * i] as number),
      ),
    );
    return {
      group: 'lora',
      title: `LoRA step, rank 16, all linear layers, 4 rows of ${PROMPT}, ${DECISIONS} decisions a row, ${isNarrow ? some : all}`,
      tokens: 4 * PROMPT,
      watched: columns,
      work: {
        ...{ kind: 'lora', rows, positions, chosen, columns: isNarrow ? columns : null },
        ...{ rank: 16, alpha: 32, learningRate: 1e-4 },
      },
    };
  };
  const tasks = [
    prefill,
    ...[1, 8, 32].flatMap((rows) => [decode(rows, true), decode(rows, false)]),
    turn,
    lora(true),
    lora(false),
  ];
  return tasks.filter(({ group }) => groups.includes(group));
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
