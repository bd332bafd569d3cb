/**
 * How fast the agent's own work is, on one core, and how long its prompts are. Everything but the policy's network.
 *
 *     node test/bench/agent.ts [games]
 *
 * Uses real valid_seen games where `../shared/data/alfworld` (or ALFWORLD_DATA) is present, a hand-made kitchen otherwise.
 */
import { performance } from 'node:perf_hooks';
import { Agent } from '../../server/rl/agent/agent.ts';
import { spokenExpert } from '../../server/rl/envs/alfworld/expert.ts';
import { SeenExpert } from '../../server/rl/envs/alfworld/expert-seen.ts';
import { Knowledge } from '../../server/rl/envs/alfworld/knowledge.ts';
import { NanoLanguage } from '../../server/rl/envs/alfworld/nano-language.ts';
import { nanoPrompt } from '../../server/rl/envs/alfworld/nano-prompt.ts';
import { AlfworldSimulator, compileGame } from '../../server/rl/envs/alfworld/simulator.ts';
import { stateFeatures } from '../../server/rl/envs/alfworld/state-features.ts';
import { Random } from '../../server/rl/random.ts';
import { hasRealGames, pick, realGames, smallKitchen, testRandom } from '../server/rl/agent/games.ts';

const gameCount = Number(process.argv[2] ?? 28);
const games = (hasRealGames ? realGames(Math.max(1, Math.floor(140 / gameCount))) : [smallKitchen()]).map(
  compileGame,
);

async function time(name: string, unit: string, run: () => number | Promise<number>): Promise<void> {
  await run(); // warm the compiler
  const start = performance.now();
  const count = await run();
  const seconds = (performance.now() - start) / 1000;
  console.log(`${name.padEnd(52)} ${Math.round(count / seconds).toLocaleString('en')} ${unit}/s`);
}

interface Played {
  first: string;
  steps: { command: string; observation: string }[];
}

async function playRandomly(format: 'plan-execute' | 'flat', lengths: number[] = []): Promise<Played[]> {
  const random = testRandom(1);
  const episodes: Played[] = [];
  for (const compiled of games) {
    const simulator = new AlfworldSimulator(compiled);
    const agent = new Agent(new NanoLanguage(), format);
    await agent.start(simulator);
    const played: Played = { first: '', steps: [] };
    for (let done = false; !done; ) {
      const { prompt, decoder } = agent.turn();
      lengths.push(prompt.length);
      while (!decoder.done) decoder.push(pick([...(decoder.allowed() ?? [])], random));
      const response = decoder.response();
      const step = await agent.finish(response);
      played.steps.push({ command: response.action, observation: step.observation });
      done = step.done;
    }
    played.first = simulator.reset();
    episodes.push(played);
  }
  return episodes;
}

function describeLengths(name: string, lengths: number[]): void {
  const sorted = [...lengths].sort((a, b) => a - b);
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  console.log(
    `${name.padEnd(52)} mean ${mean.toFixed(1)}, p95 ${at(0.95)}, max ${sorted.at(-1)} (n = ${lengths.length})`,
  );
}

const randomLengths: number[] = [];
const episodes = await playRandomly('plan-execute', randomLengths);
const expertLengths: number[] = [];
const responseLengths: number[] = [];
let won = 0;
for (const [seed, compiled] of games.entries()) {
  const simulator = new AlfworldSimulator(compiled);
  const agent = new Agent(new NanoLanguage(), 'plan-execute');
  await agent.start(simulator);
  const expert = spokenExpert(new SeenExpert(agent.memory as Knowledge, new Random(seed)));
  for (let done = false; !done; ) {
    expertLengths.push(agent.turn().prompt.length);
    const response = agent.demonstrate(expert.act(simulator.admissible()));
    responseLengths.push(response.ids.length);
    const step = await agent.finish(response);
    done = step.done;
    won += step.won ? 1 : 0;
  }
}

console.log(
  `${games.length} ${hasRealGames ? 'real valid_seen' : 'hand-made'} games, ${won} won by the expert`,
);
describeLengths('prompt tokens, random play', randomLengths);
describeLengths('prompt tokens, expert that plays from what it saw', expertLengths);
describeLengths('response tokens, expert that plays from what it saw', responseLengths);

const rounds = 8;
await time('knowledge updates', 'updates', () => {
  let count = 0;
  for (let round = 0; round < rounds; round++) {
    for (const { first, steps } of episodes) {
      const knowledge = new Knowledge(first);
      for (const { command, observation } of steps) knowledge.update(command, observation);
      count += steps.length;
    }
  }
  return count;
});
const halfway = episodes.map(({ first, steps }) => {
  const knowledge = new Knowledge(first);
  for (const { command, observation } of steps.slice(0, 25)) knowledge.update(command, observation);
  return knowledge;
});
await time('prompts', 'prompts', () => {
  for (let round = 0; round < 500; round++)
    for (const knowledge of halfway) nanoPrompt(knowledge, null, 'plan-execute');
  return 500 * halfway.length;
});
const out = new Float32Array(64);
await time('state features', 'rows', () => {
  for (let round = 0; round < 500; round++) {
    for (const knowledge of halfway) stateFeatures(knowledge, null, { planned: false, switched: false }, out);
  }
  return 500 * halfway.length;
});
for (const format of ['plan-execute', 'flat'] as const) {
  await time(`whole ${format} turns with random choices and simulator`, 'turns', async () => {
    let count = 0;
    for (let round = 0; round < 3; round++) {
      for (const { steps } of await playRandomly(format)) count += steps.length;
    }
    return count;
  });
}
