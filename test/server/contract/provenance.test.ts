import { expect, test } from 'vitest';
import {
  describeProvenance,
  distinctProvenance,
  provenanceChanges,
  publicProvenance,
} from '../../../server/contract/provenance.ts';
import { makeProvenance } from '../../provenance.ts';

const texts = (provenance = makeProvenance()) =>
  Object.fromEntries(describeProvenance(provenance).map(({ title, text }) => [title, text]));

test('says what computed a run', () => {
  expect(texts()).toEqual({
    Code: 'HiPER Lab 0.1.0, commit cccccccccccc, clean',
    Engine: 'onnxruntime, 2 threads',
    Packages: 'Node 24.21.0, @tensorflow/tfjs-core 4.22.0, onnxruntime-node 1.30.0',
    Machine: '2 cores of A processor, 8.0 GB of memory',
    System: 'Linux x64 6.1-of-our-company, no container',
    Data: 'training games 0123456789abcdef of 40, words alfworld-3',
  });
});

test('tells code that was changed, or that nobody knows, apart from clean code', () => {
  expect(texts(makeProvenance({ changes: '0123456789abcdef' })).Code).toContain('changed files 0123456789ab');
  expect(texts(makeProvenance({ commit: null })).Code).toBe('HiPER Lab 0.1.0, commit unknown');
});

test('names what a later start does otherwise, and only that', () => {
  const moved = makeProvenance({ commit: 'd'.repeat(40) }, { cores: 1 });
  expect(provenanceChanges(makeProvenance(), makeProvenance())).toEqual([]);
  expect(provenanceChanges(makeProvenance(), moved)).toEqual([
    'Code: HiPER Lab 0.1.0, commit dddddddddddd, clean (before: HiPER Lab 0.1.0, commit cccccccccccc, clean)',
    'Machine: 1 core of A processor, 8.0 GB of memory (before: 2 cores of A processor, 8.0 GB of memory)',
  ]);
});

test('a start as the one before is no entry of its own, one that goes back is', () => {
  const entry = (commit: string, iteration: number) => ({
    ...makeProvenance({ commit }),
    iteration,
    time: iteration,
  });
  const all = [entry('a', 0), entry('a', 2), entry('b', 4), entry('a', 6)];
  expect(distinctProvenance(all).map(({ iteration }) => iteration)).toEqual([0, 4, 6]);
});

test('guests do not see what an owner may have given a name of his own', () => {
  expect(JSON.stringify(publicProvenance(makeProvenance()))).not.toContain('our-company');
});
