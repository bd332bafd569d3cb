import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { planGraph, Value } from '../../../../server/rl/tensor/graph.ts';
import { nodeWithOutputs } from '../../../../server/rl/tensor/recorder.ts';
import { dropUnread } from '../../../../server/rl/tensor/unread-results.ts';

/** What the job prints. */
interface Growth {
  grownMegabytes: number;
  weightsMegabytes: number;
}

/** An operator with two results, the second of which it may be able to leave out. */
function pair(withoutLast?: Record<string, number>): [Value, Value] {
  const results = Array.from({ length: 2 }, () => ({ shape: [2], dtype: 'float32' as const }));
  const inputs = [new Value('float32', [2])];
  return nodeWithOutputs('Pair', inputs, results, { both: 1 }, '', withoutLast) as [Value, Value];
}
const asked = (...outputs: Value[]) =>
  dropUnread(planGraph(outputs), outputs).nodes.map(({ attributes, outputs: results }) => [
    attributes,
    results.length,
  ]);

describe('a last result that nobody reads', () => {
  it('is not asked for where the operator can leave it out', () => {
    expect(asked(pair({ both: 0 })[0])).toEqual([[{ both: 0 }, 1]]);
    expect(asked(pair()[0])).toEqual([[{ both: 1 }, 2]]);
  });

  it('is asked for where it is a result of the graph or another node reads it', () => {
    expect(asked(...pair({ both: 0 }))).toEqual([[{ both: 1 }, 2]]);
    const [, second] = pair({ both: 0 });
    const [reader] = nodeWithOutputs('Reader', [second], [{ shape: [2], dtype: 'float32' }]);
    expect(asked(reader as Value)[0]).toEqual([{ both: 1 }, 2]);
  });

  it('takes no memory: attention weights of a prompt, and of a pass that only scores', {
    timeout: 60_000,
  }, async () => {
    const job = fileURLToPath(new URL('attention-job.ts', import.meta.url));
    // Else glibc keeps a varying part of what was freed: up to ten times the 16 MB that a row's attention takes while it is computed.
    const env = { ...process.env, MALLOC_MMAP_THRESHOLD_: String(1 << 20) };
    for (const what of ['prefill', 'score']) {
      const { stdout } = await promisify(execFile)(process.execPath, [job, what], { env });
      const { grownMegabytes, weightsMegabytes } = JSON.parse(stdout) as Growth;
      expect(weightsMegabytes).toBe(512); // of all layers; measured without them: 35 and 21 MB
      expect(grownMegabytes, what).toBeLessThan(128);
    }
  });
});
