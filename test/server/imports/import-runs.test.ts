import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportFile } from '../../../server/imports/import-file.ts';
import { importRuns } from '../../../server/imports/import-runs.ts';
import { maskedCrc } from '../../../server/imports/tfrecords.ts';
import { openTestHouse, type TestHouse, type TestLab } from '../test-lab.ts';

let house: TestHouse;
let lab: TestLab;
beforeAll(async () => {
  house = await openTestHouse();
  lab = await house.start();
}, 60_000);
afterAll(async () => {
  await lab.stop();
  await house.close();
});

const file = (name: string, text: string | Uint8Array): ImportFile => ({
  name,
  bytes: typeof text === 'string' ? new TextEncoder().encode(text) : text,
});
const NOTHING = { name: '', params: {} };

async function read(...files: ImportFile[]) {
  const { runs, notes } = await importRuns(lab, files, NOTHING);
  const run = await lab.store.runs.require(runs[0]!.id);
  return { run, notes, series: await lab.store.series.readAll(run) };
}

const refused = (...files: ImportFile[]) =>
  importRuns(lab, files, NOTHING).then(
    () => expect.unreachable('was imported'),
    (error: Error) => error.message,
  );

const HAE = [
  '\u001b[36m(TaskRunner pid=7)\u001b[0m step:0 - val/success_rate:0.1',
  'a line of something else',
  '\u001b[36m(TaskRunner pid=7)\u001b[0m step:1 - episode/success_rate:0.25 - critic/advantages_low/mean:-0.5 - critic/advantages_high/mean:0.5 - critic/advantages_term/mean:nan - critic/vf_loss:9.0 - critic/vf_loss_low:1.0 - timing_s/step:10.0 - perf/total_num_tokens:100.0',
  '\u001b[36m(TaskRunner pid=7)\u001b[0m step:2 - episode/success_rate:np.float64(0.5) - timing_s/step:20.0 - timing_s/testing:5.0 - perf/total_num_tokens:100.0',
].join('\n');

describe('a console log of HiPER-agent', () => {
  it('becomes a run in the words of the catalogue, with its levels, time and tokens', async () => {
    const { run, series } = await read(file('hae-seed5.log', HAE));
    expect(run).toMatchObject({
      ...{
        name: 'hae-seed5',
        origin: 'file',
        config: null,
        state: 'finished',
        iteration: 2,
        lastSuccess: 0.5,
      },
      foreign: { source: 'hae-seed5.log', experiment: null },
    });
    expect(series).toEqual({
      iterations: [0, 1, 2],
      columns: {
        'val/success_rate': [0.1, null, null],
        success: [null, 0.25, 0.5],
        'advantageMean.low': [null, -0.5, null],
        'advantageMean.high': [null, 0.5, null],
        'advantageMean.switch': [null, Number.NaN, null],
        // The sum over the levels is no metric of ours.
        'critic/vf_loss': [null, 9, null],
        'valueLoss.low': [null, 1, null],
        'timing_s/step': [null, 10, 20],
        'timing_s/testing': [null, null, 5],
        'perf/total_num_tokens': [null, 100, 100],
        trainingSeconds: [null, 10, 25],
        tokens: [null, 100, 200],
      },
    });
  });

  it('has one value loss where credit is flat', async () => {
    const { series } = await read(file('flat.log', 'step:1 - critic/vf_loss:9 - critic/advantages/mean:1'));
    expect(series.columns).toEqual({ 'valueLoss.low': [9], 'advantageMean.low': [1] });
  });

  it('is refused by file and line where a pair is broken', async () => {
    expect(await refused(file('cut.log', `${HAE}\nstep:3 - episode/succ`))).toMatch(
      /^cut\.log, line 5: "episode\/succ" should be a name, a colon and a number\. Mend the line/,
    );
  });

  const folder = join(import.meta.dirname, '../../../../shared/data/training-logs');
  it.skipIf(!existsSync(folder))('is read whole where the real ones are', { timeout: 60_000 }, async () => {
    for (const name of readdirSync(folder)) {
      const { series } = await read(file(name, readFileSync(join(folder, name))));
      expect(series.iterations).toEqual(Array.from({ length: 151 }, (_, step) => step));
      const levels = name.includes('hae') ? ['switch', 'high', 'low'] : ['low'];
      for (const level of levels)
        for (const metric of ['advantageMean', 'valueLoss', 'explainedVariance'])
          expect(series.columns[`${metric}.${level}`]?.filter((value) => value !== null)).toHaveLength(150);
    }
  });
});

describe('CSV', () => {
  it('has a step, maybe a time, and metrics; texts are left out and said', async () => {
    const { run, series, notes } = await read(
      file(
        'run.csv',
        'Step,timestamp,reward,note\n1,1767225600,0.5,"a, b"\n\n2,1767225660,,c\n3,1767225720,NaN,d\n',
      ),
    );
    expect(series).toEqual({ iterations: [1, 3], columns: { reward: [0.5, Number.NaN] } });
    expect([run.startedAt, run.endedAt]).toEqual([1767225600000, 1767225720000]);
    expect(notes).toEqual(['run.csv: without a number, left out: note']);
  });

  it('takes the export of a run of this house back', async () => {
    const { series } = await read(file('hiper.csv', 'iteration,success,entropy.low\n1,0.5,1.25\n2,,1\n'));
    expect(series.columns).toEqual({ success: [0.5, null], 'entropy.low': [1.25, 1] });
  });

  it.each([
    ['step,loss\n1,0.5\n2,abc\n', 'bad.csv, line 3: loss is "abc", which is not a number'],
    ['step,loss\n1.5,1\n', 'bad.csv, line 2: step is "1.5": write a whole number'],
    ['time,loss\n1,1\n', 'there is no step: call one of time, loss “step” or “iteration”'],
    ['step,a,a\n1,1,2\n', 'bad.csv, line 1: two columns are called "a": rename one'],
    ['step,a\n1,1,2\n', 'bad.csv, line 2: '],
    ['step,a\n1,"x\n', 'bad.csv'],
  ])('is refused with its place: %j', async (text, words) => {
    expect(await refused(file('bad.csv', text))).toContain(words);
  });
});

describe('JSON lines', () => {
  it('are objects, maybe within each other, with what Python writes for no number', async () => {
    const { series } = await read(
      file('run.jsonl', '{"step": 1, "loss": NaN, "eval": {"acc": 0.5}}\n{"step": 2, "loss": -Infinity}\n'),
    );
    expect(series).toEqual({
      iterations: [1, 2],
      columns: { loss: [Number.NaN, Number.NEGATIVE_INFINITY], 'eval/acc': [0.5, null] },
    });
  });

  it('may be the log_history of transformers', async () => {
    const state = {
      log_history: [
        { step: 10, loss: 1, epoch: 0.1 },
        { step: 20, loss: 0.5, epoch: 0.2 },
      ],
    };
    const { series } = await read(file('trainer_state.json', JSON.stringify(state, null, 2)));
    expect(series).toMatchObject({ iterations: [10, 20], columns: { loss: [1, 0.5] } });
  });

  it.each([
    ['{"step": 1, "loss": 1}\n{"step": 2, "lo', 'bad.jsonl, line 2: this is not JSON'],
    ['{"step": 1, "loss": 1}\n[1]', 'bad.jsonl, line 2: write an object like'],
    ['{"step": 1, "loss": 1}\n{"loss": 2}', 'bad.jsonl, line 2: step is "": write a whole number'],
    ['{"step": -1, "loss": 1}', 'bad.jsonl, line 1: step is -1'],
  ])('are refused with their place: %j', async (text, words) => {
    expect(await refused(file('bad.jsonl', text))).toContain(words);
  });
});

describe('an event file of TensorBoard', () => {
  const sample = readFileSync(join(import.meta.dirname, 'sample.tfevents'));

  it('gives its scalars with steps and times', async () => {
    const { run, series, notes } = await read(file('runs/first/events.out.tfevents.1.host', sample));
    expect(run.name).toBe('first');
    expect(series).toEqual({ iterations: [0, 10, 20], columns: { reward: [0, 1, 2] } });
    expect([run.startedAt, run.endedAt]).toEqual([1767225600000, 1767225620000]);
    expect(notes).toEqual([expect.stringContaining('no scalars, left out: note/text_summary')]);
  });

  it('is one run with the others of its folder, whose last record may be cut off', async () => {
    const { runs, notes } = await importRuns(
      lab,
      [file('a/events.out.tfevents.1.h', sample), file('a/events.out.tfevents.2.h', sample.subarray(0, -5))],
      NOTHING,
    );
    expect(runs).toMatchObject([{ name: 'a', steps: 3, metrics: 1 }]);
    expect(notes.join()).toContain('incomplete');
  });

  it('may hold its scalars as tensors, as TensorFlow 2 writes them', async () => {
    const tensor = new BinaryWriter()
      .tag(1, 0)
      .int32(1)
      .tag(4, 2)
      .bytes(new Uint8Array(new Float32Array([0.5]).buffer));
    const value = new BinaryWriter().tag(1, 2).string('loss').tag(8, 2).bytes(tensor.finish());
    const summary = new BinaryWriter().tag(1, 2).bytes(value.finish());
    const event = new BinaryWriter()
      .tag(1, 1)
      .double(1767225600)
      .tag(2, 0)
      .int64(4)
      .tag(5, 2)
      .bytes(summary.finish());
    const { series } = await read(file('x.tfevents', record(event.finish())));
    expect(series).toEqual({ iterations: [4], columns: { loss: [0.5] } });
  });

  it('is refused where it is damaged, or is none', async () => {
    const damaged = Uint8Array.from(sample);
    damaged[damaged.length - 40]! ^= 1;
    expect(await refused(file('x.tfevents', damaged))).toMatch(
      /record \d+, from byte \d+ on, does not fit its checksum/,
    );
    expect(await refused(file('x.tfevents', 'a text that is long enough'))).toContain(
      'no event file of TensorBoard',
    );
  });
});

/** Data as a record of TensorFlow. */
function record(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc(data), true);
  return bytes;
}

describe('an import', () => {
  it('of several files stores all of them or none', async () => {
    const before = (await lab.store.runs.list()).length;
    const bad = await refused(file('good.csv', 'step,a\n1,1\n'), file('bad.csv', 'step,a\n1,x\n2,1\n'));
    expect(bad).toContain('bad.csv, line 2');
    expect(await lab.store.runs.list()).toHaveLength(before);
  });

  it('keeps params and names what is given a name', async () => {
    const files = [file('a.csv', 'step,a\n1,1\n'), file('b.csv', 'step,a\n1,1\n')];
    const { runs } = await importRuns(lab, files, { name: 'flat', params: { seed: '3' } });
    expect(runs.map(({ name }) => name)).toEqual(['flat 1', 'flat 2']);
    expect((await lab.store.runs.require(runs[0]!.id)).foreign?.params).toEqual({ seed: '3' });
  });

  it.each([
    ['offline files of W&B by a way around', file('run-x.wandb', 'W&B'), 'offline files of W&B are not read'],
    ['nothing', file('empty.csv', ''), 'empty.csv: this file is empty'],
    ['what is no text', file('a.log', new Uint8Array([0xff, 0xfe, 0])), 'a.log: this is not text in UTF-8'],
    ['what it does not know', file('readme.txt', 'hello world'), 'What can be imported: console logs'],
  ])('refuses %s', async (_, wrong, words) => {
    expect(await refused(wrong)).toContain(words);
  });
});
