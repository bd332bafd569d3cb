/**
 * Prints what is said in 120 of the project's own generated games, solved by the scripted expert: the text that
 * make-tokenizer.py of the tiny random model learns from.
 */

import { Random } from '../../random.ts';
import { SeenExpert } from './expert-seen.ts';
import { generateGames } from './generate.ts';
import { Knowledge } from './knowledge.ts';
import { AlfworldSimulator, compileGame } from './simulator.ts';

for (const game of generateGames({ seed: 1, split: 'train', count: 120 })) {
  const simulator = new AlfworldSimulator(compileGame(game));
  const knowledge = new Knowledge(simulator.reset());
  const expert = new SeenExpert(knowledge, new Random(1, game.id));
  const lines = [simulator.reset(), ...simulator.admissible()];
  for (let done = false; !done; ) {
    const { switched, subgoal, action } = expert.act(simulator.admissible());
    const { verb, object, receptacle } = subgoal;
    const step = simulator.step(action);
    knowledge.update(action, step.observation);
    lines.push(
      switched ? `switch: ${verb} ${object} ${receptacle}` : 'keep',
      `> ${action}`,
      step.observation,
    );
    done = step.done;
  }
  process.stdout.write(`${lines.join('\n')}\n\n`);
}
