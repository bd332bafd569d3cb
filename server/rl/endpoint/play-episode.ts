import type { TextFormat } from '../agent/reference-prompt.ts';
import { TextAgent } from '../agent/text-agent.ts';
import type { TextEnvironment } from '../envs/environment.ts';
import type { EnvironmentKind } from '../envs/kind.ts';
import type { Random } from '../random.ts';
import type { ChatAnswer } from './chat-endpoint.ts';
import type { EndpointEpisode, EndpointTurn } from './played-episode.ts';

export interface PlayOptions {
  kind: EnvironmentKind;
  format: TextFormat;
  /** Seeds of the questions. */
  random: Random;
  ask(prompt: string, seed: number): Promise<ChatAnswer>;
  /** Checked between turns; throws to stop. */
  checkpoint(): Promise<void>;
}

/** Plays one game to its end, a question a turn. */
export async function playEpisode(
  environment: TextEnvironment,
  { kind, format, random, ask, checkpoint }: PlayOptions,
): Promise<Omit<EndpointEpisode, 'split' | 'index'>> {
  const started = performance.now();
  const agent = await TextAgent.start(kind, format, environment);
  const turns: EndpointTurn[] = [];
  for (;;) {
    await checkpoint();
    const { observation } = agent;
    const admissible = [...environment.admissible()];
    const { text, ...took } = await ask(agent.prompt(), random.int(2 ** 31));
    const said = agent.read(text);
    const step = await agent.finish(said);
    const idle = kind.world.isIdle(said.action);
    turns.push({
      observation,
      answer: text,
      ...said,
      idle,
      admissible,
      reward: step.reward,
      done: step.done && !step.truncated,
      ...took,
    });
    if (!step.done) continue;
    const { gameId, taskType } = environment;
    return {
      gameId,
      taskType,
      won: step.won,
      ...(step.score !== undefined && { score: step.score }),
      length: turns.length,
      reward: turns.reduce((sum, { reward }) => sum + reward, 0),
      ending: step.observation,
      seconds: (performance.now() - started) / 1000,
      turns,
    };
  }
}
