import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackTar } from 'modern-tar';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromWire } from '../../server/contract/series-codec.ts';
import type { RunDetail, RunSnapshot } from '../../server/contract/views.ts';
import { readSafetensors } from '../../server/rl/model/safetensors.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { openBrowser } from './browser.ts';
import { pointsOf } from './chart-points.ts';
import { freePort, type Lab, queryLab, startLab } from './lab.ts';

const PATIENCE_MS = 120_000;
const ITERATIONS = 3;
const dataFolder = temporaryFolder('hiper-e2e-language');

let browser: Browser;
let lab: Lab;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  browser = await openBrowser();
  lab = await startLab(dataFolder, await freePort());
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => complaints.push(String(error)));
});

afterAll(async () => {
  await browser?.close();
  await lab?.stop('SIGTERM');
});

/** Launches what the form shows; the page of the run is then open. Returns the run's id. */
async function launch(iterations: number): Promise<string> {
  await page.getByRole('textbox', { name: 'Iterations' }).fill(String(iterations));
  await page.getByRole('button', { name: 'Launch' }).first().click();
  await page.waitForURL(/\/runs\/(?!new)[a-z0-9]+$/);
  return new URL(page.url()).pathname.split('/').at(-1) as string;
}

describe('a language model', () => {
  let languageId: string;

  it(
    'is chosen in the form, trained and watched to its end',
    async () => {
      await page.goto(`${lab.url}/runs/new`);
      await page.getByText('Language, tiny').click();
      const models = page.getByRole('radiogroup', { name: 'Model' });
      await models.getByRole('radio', { name: 'tiny-random' }).waitFor();
      expect(await models.getByRole('radio').count()).toBe(1);
      expect(await models.textContent()).toContain('llama, 115K weights');
      await page.getByText('npm run model -- fetch HuggingFaceTB/SmolLM2-135M-Instruct').waitFor();
      // The fields of the small policy are gone.
      expect(await page.getByText('Heads', { exact: true }).count()).toBe(0);
      const estimate = page.locator('dl', { hasText: 'Memory' }).first();
      await expect.poll(() => estimate.textContent()).toMatch(/Parameters123K.*Trained8,192.*Memory~ \d/);

      languageId = await launch(ITERATIONS);
      expect(languageId).toMatch(/^[a-z0-9]+$/);
      // Followed without a reload, from its first words to its last.
      await page.locator('[data-run-state=finished]').waitFor({ timeout: PATIENCE_MS });
      await page.getByRole('heading', { name: 'HiPER lm-tiny, seed 1' }).waitFor();
      await page.getByText('model tiny-random', { exact: true }).waitFor();
      await page.getByText('123K parameters, 8,192 trained').waitFor();
      await page.getByText(`Iteration ${ITERATIONS} of ${ITERATIONS}`).waitFor();
      for (const title of ['Boundary share', 'Entropy', 'Time per phase'])
        await expect
          .poll(async () => new Set(await pointsOf(page, title)), { timeout: PATIENCE_MS, message: title })
          .toEqual(new Set([ITERATIONS]));

      await page.mouse.wheel(0, -20_000);
      await page.getByRole('tab', { name: 'Logs' }).click();
      for (const line of [
        'warm start begins',
        'of tiny-random, 8,192 of them trained',
        'rollout of iteration 1 begins',
      ])
        await page.getByText(line).first().waitFor();
      await page.getByRole('tab', { name: 'Configuration' }).click();
      await page.getByText('Adapter rank').first().waitFor();
      const computedWith = page.getByRole('region', { name: 'Computed with' });
      await computedWith.getByText(/onnxruntime-node \d/).waitFor();
      await computedWith.getByText(/training games [0-9a-f]{16} of \d+, model [0-9a-f]{12}/).waitFor();
      expect(await page.getByText('Previous-token embedding').count()).toBe(0);
      expect(complaints).toEqual([]);
    },
    2 * PATIENCE_MS,
  );

  it(
    'hands out what it has trained: the adapter, in the dialog of its page',
    async () => {
      await page.goto(`${lab.url}/runs/${languageId}`);
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Export the model …' }).click();
      const dialog = page.getByRole('dialog', { name: 'Export the model' });
      await dialog.getByText(`after iteration ${ITERATIONS}.`).waitFor();
      await dialog.getByText(`npm run model -- export ${languageId} --out`).waitFor();
      const saving = page.waitForEvent('download');
      await dialog.getByRole('link', { name: 'Download the adapter' }).click();
      const download = await saving;
      const folder = `hiper-${languageId}-adapter`;
      expect(download.suggestedFilename()).toBe(`${folder}.tar`);
      const entries = await unpackTar(readFileSync(await download.path()));
      const fileOf = (name: string) => {
        const data = entries.find(({ header }) => header.name === `${folder}/${name}`)?.data;
        if (!data) throw new Error(`no ${name} among ${entries.map(({ header }) => header.name)}`);
        return Buffer.from(data);
      };
      expect(JSON.parse(fileOf('adapter_config.json').toString())).toMatchObject({
        peft_type: 'LORA',
        base_model_name_or_path: 'tiny-random',
        r: 4,
      });
      expect(fileOf('README.md').toString()).toContain('# HiPER lm-tiny, seed 1');

      // Its weights are those of the checkpoint, to the last bit.
      const path = join(dataFolder, 'adapter.safetensors');
      writeFileSync(path, fileOf('adapter_model.safetensors'));
      const { tensors } = readSafetensors(path);
      const checkpoint = readSafetensors(
        join(dataFolder, 'runs', languageId, 'checkpoint.safetensors'),
      ).tensors;
      expect([...tensors.values()].reduce((sum, { data }) => sum + data.length, 0)).toBe(8192);
      for (const [name, tensor] of tensors)
        expect(tensor, name).toEqual(checkpoint.get(name.replace(/^base_model\.model\./, '')));
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'stands beside the small policy under its own name',
    async () => {
      await page.goto(`${lab.url}/runs/new?preset=tiny`);
      const smallId = await launch(2);
      await expect
        .poll(async () => (await queryLab<RunDetail>(lab, 'runs.get', { id: smallId })).state, {
          timeout: PATIENCE_MS,
        })
        .toBe('finished');
      const runIds = [languageId, smallId];
      const snapshots = await queryLab<RunSnapshot[]>(lab, 'metrics.snapshots', { runIds });
      expect(snapshots.map(({ series }) => fromWire(series).iterations.length)).toEqual([ITERATIONS, 2]);

      await page.goto(`${lab.url}/compare?runs=${runIds.join(',')}`);
      await page.getByText(/^These differ: iterations, .*policy, /).waitFor();
      await expect
        .poll(() => pointsOf(page, 'Success in training'), { timeout: PATIENCE_MS })
        .toEqual([ITERATIONS, 2]);
      const legend = page.locator('figure', { hasText: 'Success in training' }).first().locator('ul > li');
      expect(await legend.allTextContents()).toEqual([
        expect.stringMatching(/^HiPER lm-tiny, seed 1· as tuned here\d+\.\d %/),
        expect.stringMatching(/^HiPER tiny, seed 1· as tuned here\d+\.\d %/),
      ]);
      await page.getByText('· tiny-random · seed 1').waitFor();
      expect(complaints).toEqual([]);
    },
    2 * PATIENCE_MS,
  );
});
