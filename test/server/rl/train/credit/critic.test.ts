import { expect, it } from 'vitest';
import { presetConfig } from '../../../../../server/contract/presets.ts';
import { ALFWORLD } from '../../../../../server/rl/envs/alfworld/alfworld.ts';
import { STATE_SIZE } from '../../../../../server/rl/envs/alfworld/state-features.ts';
import { Random } from '../../../../../server/rl/random.ts';
import { Critic, criticInputs } from '../../../../../server/rl/train/credit/critic.ts';
import { openTestEngine } from '../../test-engine.ts';

it('a detached critic reads hidden states as wide as the policy, whatever the small policy’s width is', async () => {
  const engine = await openTestEngine();
  const sizeOf = (critic: 'detached' | 'features') => {
    const config = presetConfig('tiny', { critic, width: 16 });
    const size = criticInputs(config, ALFWORLD.world, { width: 24 });
    const made = new Critic(engine, config, size, new Random(1));
    made.dispose();
    return made.parameters[0]?.shape[1];
  };
  expect(sizeOf('detached')).toBe(24);
  expect(sizeOf('features')).toBe(STATE_SIZE);
});
