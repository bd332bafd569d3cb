import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { TextTokenizer } from '../../../server/rl/model/text-tokenizer.ts';
import { fixture } from '../rl/model/fixture.ts';
import { LocalHub } from './local-hub.ts';

const MODELS = mkdtempSync(join(tmpdir(), 'models-'));

/** Runs the command as a user does. */
function model(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['server/models/cli.ts', ...args], {
    encoding: 'utf8',
    env: { ...process.env, HIPER_ENGINE: 'onnxruntime', HIPER_MODELS: MODELS },
  });
  return { status, stdout, stderr };
}

afterAll(() => rmSync(MODELS, { recursive: true }));

describe('npm run model', { timeout: 90_000 }, () => {
  it('answers a chat prompt, and with --json tells all about it', () => {
    const { stdout } = model(
      fixture('tied'),
      'Open it.',
      '--system',
      'Be brief.',
      '--max-tokens',
      '6',
      '--json',
    );
    const answer = JSON.parse(stdout);
    expect(answer.prompt).toMatch(
      /system\nBe brief\.<.*user\nOpen it\.<\|im_end\|>\n<\|im_start\|>assistant\n$/s,
    );
    expect(answer.ids.length).toBe(6);
    expect(answer.tokensPerSecond).toBeGreaterThan(0);
  });

  it('continues a raw prompt, with an adapter otherwise than without', () => {
    const ask = (...options: string[]) =>
      model(fixture('tied'), 'Go', '--raw', '--temperature', '1', '--max-tokens', '8', '--json', ...options)
        .stdout;
    const [plain, adapted] = [ask(), ask('--adapter', fixture('lora-all'))].map((line) => JSON.parse(line));
    expect(plain.prompt).toBe('Go');
    expect(plain.logProbability).toBeLessThan(0);
    expect(adapted.ids).not.toEqual(plain.ids);
  });

  it('begins a raw prompt of a Llama as transformers does, with <s>, and says which settings it does not read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'model-'));
    cpSync(fixture('llama'), folder, { recursive: true });
    const settings = { do_sample: true, eos_token_id: 2, repetition_penalty: 1.3, top_k: 20, top_p: 1 };
    writeFileSync(join(folder, 'generation_config.json'), JSON.stringify(settings));
    const { stdout, stderr } = model(folder, 'You put the mug', '--raw', '--max-tokens', '3', '--json');
    expect(stderr).toBe(
      'note: not read from generation_config.json: repetition_penalty 1.3, top_k 20 (see --help)\n',
    );
    expect(JSON.parse(stdout).promptIds).toEqual(
      Array.from(new TextTokenizer(folder).encodeWhole('You put the mug')),
    );
    expect(JSON.parse(stdout).promptIds[0]).toBe(1);
  });

  it('says what is wrong and exits with 2 for arguments, 1 for files', () => {
    expect(model(fixture('tied'))).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/model and a prompt/),
    });
    const wrong = model(fixture('tied'), 'x', '--top-p', '2');
    expect(wrong).toMatchObject({ status: 2, stderr: '--top-p: 2 is not possible\n' });
    expect(model(fixture('ungrouped-f16'), 'x')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/tokenizer\.json cannot be read as JSON/),
    });
    expect(model('--help').stdout).toMatch(/npm run -s model -- MODEL/);
  });

  it('takes a model by its name, and makes the tiny one when it is wanted', () => {
    expect(existsSync(join(MODELS, 'tiny-random'))).toBe(false);
    const { stdout } = model('tiny-random', 'look', '--max-tokens', '2', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ prompt: expect.stringMatching(/user\nlook/) });
    expect(existsSync(join(MODELS, 'tiny-random/model.safetensors'))).toBe(true);
    expect(model('Org/absent', 'look')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /^The model Org\/absent is not in .*: npm run model -- fetch Org\/absent, or put/,
      ),
    });
  });

  it('fetches a model from the hub that HF_ENDPOINT names, lists it, and lets it answer', async () => {
    const hub = await LocalHub.open();
    hub.addFolder('Org/llama', fixture('llama'), { 'README.md': '---\nlicense: mit\n---\n' });
    const fetched = await promisify(execFile)(
      process.execPath,
      ['server/models/cli.ts', 'fetch', 'Org/llama'],
      { env: { ...process.env, HIPER_MODELS: MODELS, HF_ENDPOINT: hub.url, HF_TOKEN: '' } },
    );
    hub.close();
    expect(fetched.stdout).toBe('Org/llama  llama  17.4 k weights  50.4 kB  mit\n');
    expect(fetched.stderr).toMatch(/^Org\/llama: 100 % of 50\.4 kB, model\.safetensors\n$/m);
    cpSync(fixture('lora-all'), join(MODELS, 'lora'), { recursive: true });
    const { stdout } = model('list');
    expect(stdout.split('\n')).toEqual([
      MODELS,
      'Org/llama    llama  17.4 k weights  50.4 kB  mit',
      'lora         cannot be used: it is an adapter, not a model',
      'tiny-random  llama  115 k weights   494 kB   mit',
      '',
    ]);
    expect(JSON.parse(model('Org/llama', 'Go', '--max-tokens', '2', '--json').stdout).ids.length).toBe(2);
  });

  it('says what is wrong with a fetch', () => {
    expect(model('fetch')).toMatchObject({ status: 2, stderr: expect.stringMatching(/name of one model/) });
    expect(model('fetch', '../x')).toMatchObject({ status: 2, stderr: expect.stringMatching(/is no name/) });
    expect(model('list', 'x')).toMatchObject({ status: 2, stderr: 'list takes no more words\n' });
  });
});
