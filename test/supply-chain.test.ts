import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');

interface LockEntry {
  version: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  inBundle?: boolean;
  hasInstallScript?: boolean;
  os?: string | string[];
  cpu?: string | string[];
  bin?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, LockEntry>;
};
const packages = Object.entries(lock.packages).filter(([path, { link }]) => path !== '' && !link);
const nodePackages = packages.filter(([, { bin }]) => bin && 'node' in bin);

/** The package whose archive holds a bundled one. */
function bundlerOf(path: string): LockEntry | undefined {
  return lock.packages[path.slice(0, path.lastIndexOf('/node_modules/'))];
}

/** Whether a package that stands at `path` finds another, in its own folder or in one around it. */
function isLocked(name: string, path: string): boolean {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (`${folder === '' ? '' : `${folder}/`}node_modules/${name}` in lock.packages) return true;
    if (folder === '') return false;
  }
}

/**
 * npm forgets packages of other systems while node_modules is there (npm/cli#4828). After a change of package.json, in a copy
 * without node_modules: npm install --package-lock-only.
 */
test('every package of the lock file, of every system, has a hash', () => {
  const without = packages.filter(
    ([path, entry]) => !(entry.inBundle ? bundlerOf(path) : entry)?.integrity?.startsWith('sha512-'),
  );
  expect(without.map(([path]) => path)).toEqual([]);
});

test('no system’s packages are forgotten', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(name, path)),
  );
  expect(missing).toEqual([]);
});

test('the lock file names no host, so that every machine asks its own registry', () => {
  expect(packages.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
});

test('no package runs a script when it is installed', () => {
  const scripted = packages.filter(([, entry]) => entry.hasInstallScript);
  const names = scripted.map(([path]) => path.replace(/^.*node_modules\//, ''));
  // Each is known, and forbidden: what it would do is not needed here.
  expect(packageJson.allowScripts).toEqual(Object.fromEntries(names.map((name) => [name, false])));
});

test('what the project asks for by name is pinned to one version', () => {
  const { dependencies, optionalDependencies, devDependencies } = packageJson;
  for (const [name, version] of Object.entries({
    ...dependencies,
    ...optionalDependencies,
    ...devDependencies,
  }))
    expect.soft(version, name).toBe(lock.packages[`node_modules/${name}`]?.version);
});

test('the lock file pins the Node that everything runs on', () => {
  const systems = nodePackages.map(([, { os, cpu }]) => `${os} ${cpu}`).sort();
  expect(systems).toEqual(['darwin arm64', 'darwin x64', 'linux arm64', 'linux x64', 'win32 x64']);
  for (const [path, { version }] of nodePackages) expect.soft(Number(version.split('.')[0]), path).toBe(24);

  const own = nodePackages.find(([, { os, cpu }]) => os === process.platform && cpu === process.arch);
  if (!own) return;
  expect(process.versions.node).toBe(own[1].version);
  expect(process.execPath).toBe(join(root, own[0], own[1].bin?.node ?? ''));
});

test('a Node that is too old says so in one sentence', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hiper-node-'));
  try {
    mkdirSync(join(folder, 'server'));
    copyFileSync(join(root, 'server/require-node.mjs'), join(folder, 'server/require-node.mjs'));
    const runFor = (node: string) => {
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ engines: { node } }));
      return spawnSync(process.execPath, [join(folder, 'server/require-node.mjs')], { encoding: 'utf8' });
    };
    expect(runFor(packageJson.engines.node)).toMatchObject({ status: 0, stderr: '' });
    const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
    const newer = runFor(`>=${major}.${minor + 1}`);
    expect(newer.status).toBe(1);
    expect(newer.stderr).toBe(
      `HiPER Lab needs Node ${major}.${minor + 1} or newer and brings none for ${process.platform} on ${process.arch}: ` +
        `install one (this is ${process.versions.node}), then run npm ci again.\n`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
