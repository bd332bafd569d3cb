import { parseArgs } from 'node:util';
import { openGames } from '../../server/rl/envs/alfworld/games.ts';
import { AlfworldSimulator, compileGame } from '../../server/rl/envs/alfworld/simulator.ts';
import { makeChooser } from './environments/chooser.ts';

const GOAL_STEPS_PER_SECOND = 200_000;

const USAGE = `Measures the ALFWorld simulator on one core under random legal play, 50 steps an episode.

  npm run bench -- alfworld [--seconds 3 (of processor time)] [--games 134] [--source auto|real|generated]`;

interface Measurement {
  /** Per second of processor time, which a busy machine distorts less. */
  stepsPerCpuSecond: number;
  stepsPerWallSecond: number;
  meanAdmissible: number;
  charactersPerStep: number;
}

/** Plays random admissible commands; every text is read to its last character, since V8 joins strings lazily. */
function measure(simulators: readonly AlfworldSimulator[], seconds: number): Measurement {
  const pick = makeChooser(7);
  let [steps, listed, characters] = [0, 0, 0];
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  let cpuSeconds = 0; // all threads: the garbage collector's count too
  while (cpuSeconds < seconds) {
    for (const simulator of simulators) {
      simulator.reset();
      for (let done = false; !done; ) {
        const admissible = simulator.admissible();
        const step = simulator.step(admissible[pick(admissible.length)]!);
        step.observation.charCodeAt(step.observation.length - 1);
        characters += step.observation.length;
        listed += admissible.length;
        steps++;
        done = step.done;
      }
    }
    const { user, system } = process.cpuUsage(cpuStart);
    cpuSeconds = (user + system) / 1e6;
  }
  return {
    stepsPerCpuSecond: steps / cpuSeconds,
    stepsPerWallSecond: (steps / (performance.now() - start)) * 1000,
    meanAdmissible: listed / steps,
    charactersPerStep: characters / steps,
  };
}

/** Times building and compiling each game, and starting one over. */
function measureSetUp(compile: () => AlfworldSimulator[]): {
  simulators: AlfworldSimulator[];
  compileMs: number;
  resetUs: number;
} {
  const start = performance.now();
  const simulators = compile();
  const compileMs = (performance.now() - start) / simulators.length;
  const resets = 20_000;
  const resetStart = performance.now();
  for (let i = 0; i < resets; i++) simulators[i % simulators.length]!.reset();
  return { simulators, compileMs, resetUs: ((performance.now() - resetStart) / resets) * 1000 };
}

function main(): void {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '3' },
      games: { type: 'string', default: '134' },
      source: { type: 'string', default: 'auto' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const source = values.source === 'real' || values.source === 'generated' ? values.source : 'auto';
  const opened = openGames({ source });
  const split = opened.splits.valid_unseen.length > 0 ? 'valid_unseen' : 'valid_seen';
  const games = opened.splits[split];
  const count = Math.min(Number(values.games), games.length);
  const { simulators, compileMs, resetUs } = measureSetUp(() =>
    Array.from({ length: count }, (_, i) => new AlfworldSimulator(compileGame(games.get(i)))),
  );
  measure(simulators, 1); // lets V8 compile the hot paths
  const runs = Array.from({ length: 3 }, () => measure(simulators, Number(values.seconds) / 3));
  const spread = (speeds: number[]) => {
    const sorted = speeds.sort((a, b) => a - b).map((speed) => Math.round(speed).toLocaleString('en'));
    return `${sorted[1]} (${sorted[0]} to ${sorted[2]})`;
  };
  const rows = [
    ['steps/s of one core (processor time)', spread(runs.map((run) => run.stepsPerCpuSecond))],
    ['steps/s by the clock, machine shared', spread(runs.map((run) => run.stepsPerWallSecond))],
    ['goal', GOAL_STEPS_PER_SECOND.toLocaleString('en')],
    ['the Python original', '11.6'],
    ['admissible commands, mean', runs[0]!.meanAdmissible.toFixed(1)],
    ['characters of text per step, mean', runs[0]!.charactersPerStep.toFixed(1)],
    ['read and compile a game', `${compileMs.toFixed(2)} ms`],
    ['reset', `${resetUs.toFixed(1)} µs`],
  ];
  console.log(`ALFWorld simulator, ${count} games of ${split} (${opened.origin}), Node ${process.version}`);
  console.log('Random legal play; text and sorted admissible list read at every step. Median of three runs.');
  for (const [name, value] of rows) console.log(`  ${name!.padEnd(38)} ${value}`);
}

main();
