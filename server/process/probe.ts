/** Started by machine.ts: says on standard output, as JSON, which engine and which games a trainer would get here. */
import { ENVIRONMENT_FACTS, ENVIRONMENTS, type EnvironmentName } from '../contract/environments.ts';
import { environmentDefaults, parseRunConfig, type Split } from '../contract/run-config.ts';
import type { GamesFound } from '../contract/views.ts';
import { ENVIRONMENT_KINDS } from '../rl/envs/registry.ts';
import { openEngine } from '../rl/tensor/select-engine.ts';
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

function describeGames(environment: EnvironmentName): GamesFound {
  try {
    const { world } = ENVIRONMENT_KINDS[environment];
    // Whatever else a run there would have to say, its games do not depend on it.
    const games = world.openGames({
      ...parseRunConfig({}),
      environment,
      ...environmentDefaults(environment),
    });
    const splits: Split[] = ['train', ...ENVIRONMENT_FACTS[environment].evaluated];
    const counts = Object.fromEntries(splits.map((split) => [split, games.count(split)]));
    return { environment, source: games.source, origin: games.origin, counts };
  } catch (error) {
    return { environment, source: 'generated', origin: explain(error), counts: {} };
  }
}

const games = ENVIRONMENTS.filter((name) => !ENVIRONMENT_FACTS[name].isElsewhere).map(describeGames);
const report: MachineReport = { engine: await describeEngine(), games };
process.stdout.write(`\n${JSON.stringify(report)}\n`, () => process.exit(0));
