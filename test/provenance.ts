import type { Provenance } from '../server/contract/provenance-event.ts';

/** What a trainer may have computed with. */
export function makeProvenance(
  code: Partial<Provenance['code']> = {},
  host: Partial<Provenance['host']> = {},
): Provenance {
  return {
    code: { version: '0.1.0', commit: 'c'.repeat(40), changes: null, ...code },
    node: '24.21.0',
    packages: { 'onnxruntime-node': '1.30.0', '@tensorflow/tfjs-core': '4.22.0' },
    host: {
      processor: 'A processor',
      cores: 2,
      memoryBytes: 8 * 2 ** 30,
      system: 'Linux x64',
      release: '6.1-of-our-company',
      container: null,
      gpus: [],
      ...host,
    },
    engine: 'onnxruntime',
    threads: 2,
    data: { games: '0123456789abcdef of 40', words: 'alfworld-3' },
  };
}
