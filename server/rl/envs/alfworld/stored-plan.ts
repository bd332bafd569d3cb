import type { Dialect, Game } from './game.ts';
import { AlfworldSimulator, compileGame } from './simulator.ts';

/**
 * Plays the walkthrough stored with a game. Returns null when every command is admissible and exactly the last one
 * wins, else what went wrong. A game without a walkthrough is at fault too.
 */
export function checkStoredPlan(game: Game, dialect: Dialect = '2.1.3'): string | null {
  const plan = game.walkthrough;
  if (!plan || plan.length === 0) return 'no walkthrough is stored';
  const simulator = new AlfworldSimulator(compileGame(game), {
    dialect,
    stepLimit: Number.POSITIVE_INFINITY,
  });
  simulator.reset();
  if (simulator.won) return 'the goal holds before the first command';
  for (const [i, command] of plan.entries()) {
    const where = `command ${i + 1} of ${plan.length}, "${command}",`;
    if (!simulator.admissible().includes(command)) return `${where} is not admissible`;
    const { won } = simulator.step(command);
    const isLast = i === plan.length - 1;
    if (won && !isLast) return `${where} wins before the last`;
    if (!won && isLast) return `${where} does not win`;
  }
  return null;
}
