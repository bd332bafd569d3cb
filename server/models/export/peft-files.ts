import {
  ADAPTER_CONFIG_FILE,
  ADAPTER_PREFIX,
  ADAPTER_WEIGHTS_FILE,
  adapterConfig,
} from '../../rl/model/peft-config.ts';
import { safetensorsHeader } from '../../rl/model/safetensors.ts';
import type { AdapterShape } from '../../rl/model/shape.ts';
import { type ExportedFile, textFile } from './exported-file.ts';

/** A weight of an adapter, by our name; `read` hands its numbers over, row-major. */
export interface AdapterWeight {
  name: string;
  shape: readonly number[];
  read(): Float32Array;
}

/** An adapter as PEFT writes it; `base` is what its config names as the base model: a folder or a model's name. */
export function peftFiles(
  adapter: AdapterShape,
  base: string,
  weights: readonly AdapterWeight[],
): ExportedFile[] {
  const plan = weights.map(({ name, shape }) => ({
    name: ADAPTER_PREFIX + name,
    shape,
    type: 'F32' as const,
  }));
  const header = safetensorsHeader(plan, { format: 'pt' });
  const numbers = plan.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  return [
    textFile(ADAPTER_CONFIG_FILE, `${JSON.stringify(adapterConfig(adapter, base), null, 2)}\n`),
    {
      name: ADAPTER_WEIGHTS_FILE,
      bytes: header.length + Float32Array.BYTES_PER_ELEMENT * numbers,
      *parts() {
        yield header;
        for (const { read } of weights) {
          const { buffer, byteOffset, byteLength } = read();
          yield new Uint8Array(buffer, byteOffset, byteLength);
        }
      },
    },
  ];
}
