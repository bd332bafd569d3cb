import { expect, it } from 'vitest';
import { encodeModel } from '../../../../server/rl/tensor/onnx-encoder.ts';
import { OrtSession } from '../../../../server/rl/tensor/ort-session.ts';
import { toOrtTensor } from '../../../../server/rl/tensor/ort-tensor.ts';

it('writes the bytes of a model by the book', () => {
  const bytes = encodeModel({ name: 'g', nodes: [], initializers: [], inputs: [], outputs: [] });
  expect(Buffer.from(bytes).toString('hex')).toBe(
    [
      '0809', // ir_version 9
      '120968697065722d6c6162', // producer_name
      '3a03120167', // graph { name: "g" }
      '42040a001012', // opset_import { domain: "", version: 18 }
      '42110a0d636f6d2e6d6963726f736f66741001', // opset_import { com.microsoft, 1 }
    ].join(''),
  );
});

it('writes every kind of attribute, initialisers and negative numbers so that ONNX Runtime reads them', () => {
  const model = encodeModel({
    name: 'attributes',
    nodes: [
      { op: 'Transpose', domain: '', inputs: ['x'], outputs: ['t'], attributes: { perm: [1, 0] } },
      { op: 'Softmax', domain: '', inputs: ['t'], outputs: ['s'], attributes: { axis: -1 } },
      { op: 'LeakyRelu', domain: '', inputs: ['x'], outputs: ['l'], attributes: { alpha: { float: 0.5 } } },
      {
        op: 'Pad',
        domain: '',
        inputs: ['l', 'pads', 'fill'],
        outputs: ['p'],
        attributes: { mode: 'constant' },
      },
    ],
    initializers: [
      { name: 'pads', dtype: 'int64', shape: [4], data: BigInt64Array.of(0n, 1n, 0n, -1n) },
      { name: 'fill', dtype: 'float32', shape: [], data: Float32Array.of(9) },
    ],
    inputs: [{ name: 'x', dtype: 'float32', shape: [2, 2] }],
    outputs: [
      { name: 's', dtype: 'float32', shape: [2, 2] },
      { name: 'p', dtype: 'float32', shape: [2, 2] },
    ],
  });
  const session = new OrtSession(model, ['s', 'p'], { threads: 1, allowSpinning: false });
  const { s, p } = session.run({ x: toOrtTensor('float32', [2, 2], Float32Array.of(-2, 0, 0, 4)) });
  session.dispose();
  expect(Array.from(p!.data, Number)).toEqual([9, -1, 9, 0]);
  expect(Number(s!.data[0]) + Number(s!.data[1])).toBeCloseTo(1, 5);
});
