import { projectFlat, projectPlanExecute } from '../../../agent/reference-format.ts';
import { SUCCESS_REWARD, verlActions, verlObservation, verlSeeds } from '../verl-agent.ts';
import { WebShop } from '../web-shop.ts';
import { recordActions } from './episodes.ts';
import type { GoldenShops } from './shops.ts';
import type { Tally } from './tally.ts';

interface VerlStep {
  model_output?: string;
  prompt: string;
  anchor: string;
  available?: unknown;
  reward?: number;
  done?: boolean;
  info?: {
    available_actions: unknown;
    task_score: number;
    won: boolean;
    is_action_valid: number;
    switch?: string;
  };
}

interface VerlEpisode {
  label: string;
  goal_index: number;
  seed: number;
  steps: VerlStep[];
}

/**
 * Episodes of verl-agent's wrapper. Of its prompts the parts that the environment decides are compared: the task, the
 * observation and the list of actions; the words around them are the wrapper's own.
 */
export function checkVerlEpisodes(data: VerlEpisode[], shops: GoldenShops, tally: Tally): void {
  for (const episode of data) {
    const environment = new WebShop(shops.fresh(verlSeeds(episode.seed)));
    let text = environment.reset(episode.goal_index);
    const { goal } = environment.session;
    episode.steps.forEach((step, i) => {
      const where = `verl_wrapper.${episode.label}.steps[${i}]`;
      let outcome: object | null = null;
      if (step.model_output !== undefined) {
        const { action, ...judgement } = project(step.model_output, 'switch' in (step.info ?? {}));
        const { observation, reward: score, done } = environment.step(action);
        text = observation;
        const won = done && score === 1;
        // The wrapper starts the next session at once: what it lists belongs to that.
        if (done) environment.reset();
        const info = {
          task_score: score,
          won,
          ...judgement,
          available_actions: recordActions(environment.available()),
        };
        outcome = { reward: won ? SUCCESS_REWARD : 0, done, info };
      }
      tally.equal(`${where}.anchor`, verlObservation(text, goal), step.anchor);
      if (outcome) tally.equal(where, outcome, { reward: step.reward, done: step.done, info: step.info });
      else tally.equal(`${where}.available`, recordActions(environment.available()), step.available);
      checkPrompt(where, step, goal.instruction, verlActions(environment.available()), tally);
    });
  }
}

function checkPrompt(where: string, step: VerlStep, task: string, actions: string[], tally: Tally): void {
  const listed = /\[\n((?:'.*',\n)*)\]/.exec(step.prompt)?.[1];
  tally.equal(`${where}.prompt (actions)`, actions.map((action) => `'${action}',\n`).join(''), listed);
  const given = {
    task: step.prompt.includes(`${task}.`),
    observation: step.prompt.includes(`${step.anchor}.`),
  };
  tally.equal(`${where}.prompt (task and observation)`, given, { task: true, observation: true });
}

function project(output: string, isPlanned: boolean) {
  if (!isPlanned) {
    const { action, valid } = projectFlat(output, 'webshop');
    return { action, is_action_valid: Number(valid) };
  }
  const { action, valid, switch: decision } = projectPlanExecute(output, 'webshop');
  return { action, is_action_valid: Number(valid), switch: decision };
}
