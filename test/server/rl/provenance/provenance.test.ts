import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCode } from '../../../../server/rl/provenance/code.ts';
import { containerKind, nvidiaGpus, readHost } from '../../../../server/rl/provenance/host.ts';
import { COMPUTING_PACKAGES, readPackages } from '../../../../server/rl/provenance/packages.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';

const RL = join(import.meta.dirname, '../../../../server/rl');

describe('the code of a checkout', () => {
  const git = (folder: string, ...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...words], {
      cwd: folder,
      encoding: 'utf8',
    });
  function checkout(): string {
    const folder = temporaryFolder('hiper-code-');
    git(folder, 'init', '--quiet');
    writeFileSync(join(folder, 'a.ts'), 'one');
    git(folder, 'add', '.');
    git(folder, 'commit', '--quiet', '-m', 'first');
    return folder;
  }

  it('is its commit while nothing is changed', async () => {
    const folder = checkout();
    const commit = git(folder, 'rev-parse', 'HEAD').trim();
    expect(await readCode(folder)).toMatchObject({ commit, changes: null });
  });

  it('tells changes apart by what was changed', async () => {
    const folder = checkout();
    const changesAs = async (text: string) => {
      writeFileSync(join(folder, 'a.ts'), text);
      return (await readCode(folder)).changes;
    };
    const two = await changesAs('two');
    expect(two).toMatch(/^[0-9a-f]{16}$/);
    expect(await changesAs('three')).not.toBe(two);
    expect(await changesAs('two')).toBe(two);
    expect(await changesAs('one')).toBeNull();
  });

  it('is unknown outside of a checkout, and in one without a commit', async () => {
    const folder = temporaryFolder('hiper-code-');
    expect(await readCode(folder)).toMatchObject({ commit: null, changes: null });
    git(folder, 'init', '--quiet');
    expect(await readCode(folder)).toMatchObject({ commit: null, changes: null });
  });
});

describe('packages that compute', () => {
  /** Carry what was computed, or check it. */
  const OTHERS = ['zod', 'ws', 'openai'];
  const packageOf = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

  it('are those that the trainer imports', () => {
    const sources = readdirSync(RL, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(RL, name), 'utf8'));
    const imported = sources.flatMap((source) =>
      [...source.matchAll(/^(?:import |export |\}).*\bfrom '([^'.][^']*)';$|import\('([^'.][^']*)'\)/gm)].map(
        ([, from, lazily]) => packageOf((from ?? lazily)!),
      ),
    );
    const found = new Set(imported.filter((name) => !name.startsWith('node:') && !OTHERS.includes(name)));
    // The one that is loaded by a name in a variable.
    found.add('@tensorflow/tfjs-node-gpu');
    expect([...found].sort()).toEqual([...COMPUTING_PACKAGES].sort());
  });

  it('tell their versions where they are installed', () => {
    const lock = JSON.parse(readFileSync(join(RL, '../../package-lock.json'), 'utf8'));
    const versions = readPackages();
    expect(Object.keys(versions).length).toBeGreaterThan(5);
    for (const [name, version] of Object.entries(versions))
      if (name !== '@tensorflow/tfjs-node-gpu')
        expect(version, name).toBe(lock.packages[`node_modules/${name}`].version);
  });
});

describe('the kind of machine', () => {
  const rootWith = (files: Record<string, string>) => {
    const root = temporaryFolder('hiper-root-');
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return root;
  };

  it('has processor, cores and memory, and no name', () => {
    const host = readHost();
    expect(host.cores).toBeGreaterThan(0);
    expect(host.memoryBytes).toBeGreaterThan(2 ** 28);
    expect(host.system).toMatch(/^\w+ \w+$/);
    expect(Object.values(host)).not.toContain(hostname());
  });

  it('knows containers by what their runtimes leave', () => {
    expect(containerKind(rootWith({}), {})).toBeNull();
    expect(containerKind(rootWith({ '.dockerenv': '' }), {})).toBe('docker');
    expect(containerKind(rootWith({ 'run/.containerenv': '' }), {})).toBe('podman');
    expect(containerKind(rootWith({}), { container: 'lxc' })).toBe('lxc');
    expect(containerKind(rootWith({ '.dockerenv': '' }), { KUBERNETES_SERVICE_HOST: '10.0.0.1' })).toBe(
      'kubernetes',
    );
    expect(containerKind(rootWith({ 'proc/1/cgroup': '0::/kubepods/burstable/pod1' }), {})).toBe(
      'kubernetes',
    );
    expect(containerKind(rootWith({ 'proc/1/cgroup': '12:cpu:/docker/abc' }), {})).toBe('docker');
    expect(containerKind(rootWith({ 'proc/1/cgroup': '0::/init.scope' }), {})).toBeNull();
  });

  it('counts the GPUs that the driver shows', () => {
    const information = (model: string) => `Model: \t\t ${model}\nIRQ:   \t\t 255\n`;
    const gpus = 'proc/driver/nvidia/gpus';
    expect(nvidiaGpus(rootWith({}))).toEqual([]);
    expect(
      nvidiaGpus(
        rootWith({
          [`${gpus}/0000:01:00.0/information`]: information('NVIDIA H200'),
          [`${gpus}/0000:02:00.0/information`]: information('NVIDIA H200'),
          [`${gpus}/0000:03:00.0/information`]: information('NVIDIA L4'),
        }),
      ),
    ).toEqual(['2 × NVIDIA H200', 'NVIDIA L4']);
  });
});
