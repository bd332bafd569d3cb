import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { peftFiles } from '../../../../server/models/export/peft-files.ts';
import type { Policy } from '../../../../server/rl/model/policy.ts';
import { type AdapterShape, isAdapterWeight } from '../../../../server/rl/model/shape.ts';

/** Writes the adapter of a policy in memory as an export writes that of a checkpoint. */
export async function saveAdapter(policy: Policy, folder: string, base: string): Promise<void> {
  const weights = policy.named(policy.weights);
  const own = await Promise.all(
    policy.parameters
      .filter(({ name }) => isAdapterWeight(name))
      .map(async ({ name, shape }) => {
        const values = (await weights(name).data()) as Float32Array;
        return { name, shape, read: () => values };
      }),
  );
  mkdirSync(folder, { recursive: true });
  for (const { name, parts } of peftFiles(policy.shape.adapter as AdapterShape, base, own))
    await writeFile(join(folder, name), parts());
}
