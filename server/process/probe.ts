/** Started by machine.ts: says on standard output, as JSON, which engine and which games a trainer would get here. */
import { SPLITS } from '../contract/run-config.ts';
import { openGames } from '../rl/envs/alfworld/games.ts';
import { openEngine } from '../rl/tensor/engine.ts';
import type { MachineReport } from './machine.ts';

const explain = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function describeEngine(): Promise<MachineReport['engine']> {
  try {
    const engine = process.env.HIPER_ENGINE as 'auto' | undefined;
    const report = (await openEngine({ engine: engine ?? 'auto', threads: 1 })).report();
    return { name: `${report.name} ${report.version}`.trim(), reason: report.reason };
  } catch (error) {
    return { name: 'none', reason: explain(error) };
  }
}

function describeGames(): MachineReport['games'] {
  try {
    const games = openGames({ source: 'auto' });
    const counts = Object.fromEntries(SPLITS.map((split) => [split, games.splits[split].length]));
    return { source: games.source, origin: games.origin, counts: counts as MachineReport['games']['counts'] };
  } catch (error) {
    return {
      source: 'generated',
      origin: explain(error),
      counts: { train: 0, valid_seen: 0, valid_unseen: 0 },
    };
  }
}

const report: MachineReport = { engine: await describeEngine(), games: describeGames() };
process.stdout.write(`\n${JSON.stringify(report)}\n`, () => process.exit(0));
