import { type EvaluationProtocol, PROTOCOL_PARTS, protocolKey, protocolOf } from '../contract/board.ts';
import type { Evaluation } from '../contract/events.ts';
import type { Replay } from '../contract/replays.ts';
import type { RunConfig, Split } from '../contract/run-config.ts';

/** A finished run as a board needs it. */
export interface Entrant {
  id: string;
  ordinal: number;
  name: string;
  config: RunConfig;
  /** Of a fork: where it comes from. */
  parent: { id: string; iteration: number } | null;
  isImported: boolean;
  parameters: number;
  /** In order of iteration. */
  evaluations: readonly Evaluation[];
  /** Evaluations of its checkpoints anew, the newest first. */
  replays: readonly Replay[];
}

const SPLIT_ORDER: readonly Split[] = ['valid_seen', 'test', 'valid_unseen', 'train'];

type Evaluated = Pick<Entrant, 'config' | 'evaluations'>;

/** What a run is evaluated by that counts. */
type Counted = (run: Evaluated) => readonly Evaluation[];

export const finalEvaluations: Counted = (run) =>
  run.evaluations.filter(({ iteration }) => iteration === run.config.iterations);

/** The last evaluation of a run under each of its protocols: one each. */
export const latestEvaluations: Counted = ({ config, evaluations }) => {
  const latest = new Map(
    evaluations.map((evaluation) => [protocolKey(protocolOf(config, evaluation)), evaluation]),
  );
  return [...latest.values()];
};

/** Evaluations of one run under one protocol, in order of iteration. */
export function evaluationsUnder(run: Evaluated, protocol: EvaluationProtocol): Evaluation[] {
  const key = protocolKey(protocol);
  return run.evaluations.filter((evaluation) => protocolKey(protocolOf(run.config, evaluation)) === key);
}

/** The first protocol that fits; null where none does. */
export function chooseProtocol(
  protocols: readonly EvaluationProtocol[],
  choice: Partial<EvaluationProtocol>,
): EvaluationProtocol | null {
  return protocols.find((protocol) => fitsChoice(protocol, choice)) ?? null;
}

/** Whether a protocol has the parts that are chosen; what is left open fits. */
export function fitsChoice(protocol: EvaluationProtocol, choice: Partial<EvaluationProtocol>): boolean {
  return PROTOCOL_PARTS.every((part) => choice[part] === undefined || choice[part] === protocol[part]);
}

/** Protocols of evaluations that count: those with the most runs first, then real games and valid_seen first. */
export function listProtocols(
  runs: readonly Evaluated[],
  counted: Counted = finalEvaluations,
): EvaluationProtocol[] {
  const found = new Map<string, { protocol: EvaluationProtocol; runs: number }>();
  for (const run of runs)
    for (const evaluation of counted(run)) {
      const protocol = protocolOf(run.config, evaluation);
      const entry = found.get(protocolKey(protocol)) ?? { protocol, runs: 0 };
      entry.runs += 1;
      found.set(protocolKey(protocol), entry);
    }
  return [...found.values()]
    .sort(
      (a, b) =>
        b.runs - a.runs ||
        Number(b.protocol.games === 'real') - Number(a.protocol.games === 'real') ||
        SPLIT_ORDER.indexOf(a.protocol.split) - SPLIT_ORDER.indexOf(b.protocol.split) ||
        b.protocol.episodes - a.protocol.episodes ||
        a.protocol.stepLimit - b.protocol.stepLimit ||
        a.protocol.temperature - b.protocol.temperature,
    )
    .map(({ protocol }) => protocol);
}

/** Protocols that were played here, then those that are only stated. */
export function withStated(
  played: readonly EvaluationProtocol[],
  stated: readonly { protocol: EvaluationProtocol }[],
): EvaluationProtocol[] {
  const found = new Map(played.map((protocol) => [protocolKey(protocol), protocol]));
  for (const { protocol } of stated)
    if (!found.has(protocolKey(protocol))) found.set(protocolKey(protocol), protocol);
  return [...found.values()];
}
