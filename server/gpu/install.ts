/** `npm run gpu:install`: TensorFlow for the engine `tensorflow`, built from npm and PyPI. Goes on where it was broken off. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError } from '../contract/error.ts';
import { fetchProgressLine } from '../models/fetch-progress-line.ts';
import { shortNumber } from '../models/short-number.ts';
import { takeLease } from '../ownership/lease.ts';
import { bindingHash, GPU_FOLDER, type GpuManifest, gpuPaths } from '../rl/tensor/tensorflow/installed.ts';
import { buildBinding } from './build-binding.ts';
import { downloadWheel } from './download-wheel.ts';
import { hindrances, lookAtMachine, warnings } from './machine-checks.ts';
import { CUDA, NODE_HEADERS, type NpmPackage, TENSORFLOW, TFJS_NODE, type Wheel } from './parts.ts';
import { patchPackage } from './patch-package.ts';
import { linkCusolver, unpackPackage, unpackWheel } from './unpack.ts';
import { packageIndex } from './wheel-index.ts';

const USAGE = `Installs what the engine tensorflow needs, into .gpu/ (npm ci leaves it alone; run this again after an update of HiPER Lab).

  npm run gpu:install             for an NVIDIA GPU: TensorFlow ${TENSORFLOW.version} with CUDA 12 and cuDNN 9
  npm run gpu:install -- --cpu    the same engine without CUDA, on the CPU
  npm run gpu:install -- --check  says what it would do, and what is missing; changes nothing
  npm run gpu:install -- --remove removes it

Packages come from npm's registry (as npm is set up) and from PyPI, or from PIP_INDEX_URL.
`;

/** What unpacked wheels take of the disk, in parts of their own size: measured, TensorFlow's least compressed one more. */
const UNPACKED = 2.3;

const { values: flags } = parseArgs({
  options: {
    cpu: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    remove: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);

try {
  if (flags.help) process.stdout.write(USAGE);
  else if (flags.remove) rmSync(GPU_FOLDER, { recursive: true, force: true });
  else await alone(() => install(flags.cpu ? 'cpu' : 'cuda'));
} catch (error) {
  process.stderr.write(
    `\n${error instanceof AppError ? error.message : ((error as Error).stack ?? error)}\n`,
  );
  process.exitCode = 1;
}

/** Two at once would write into the same files. */
async function alone(work: () => Promise<void>): Promise<void> {
  mkdirSync(GPU_FOLDER, { recursive: true });
  const lease = await takeLease(join(GPU_FOLDER, 'lock'), {
    onHeld({ alive }) {
      if (alive) throw new AppError('conflict', 'Another gpu:install is at work here: wait for it');
    },
  });
  try {
    await work();
  } finally {
    lease?.release();
  }
}

async function install(form: GpuManifest['form']): Promise<void> {
  const index = packageIndex(process.env);
  const wheels = form === 'cuda' ? [TENSORFLOW, ...CUDA] : [TENSORFLOW];
  const wanted = [TFJS_NODE, NODE_HEADERS].map(packagePart).concat(wheels.map(wheelPart));
  const unpacked = readUnpacked();
  const missing = wheels.filter((wheel) => !unpacked.includes(wheelPart(wheel)));
  const bytes = missing.reduce((sum, wheel) => sum + wheel.bytes, 0);

  say(
    `TensorFlow ${TENSORFLOW.version}, ${form === 'cuda' ? 'CUDA 12 and cuDNN 9' : 'without CUDA'}, into ${GPU_FOLDER}`,
  );
  for (const wheel of missing)
    say(
      `  ${shortNumber(wheel.bytes).padStart(6)}B  ${wheel.project} ${wheel.version} from ${new URL(index.url).host}`,
    );
  say(
    missing.length > 0 ? `  ${shortNumber(bytes).padStart(6)}B  to download in all` : '  nothing to download',
  );
  const machine = lookAtMachine(process.env);
  const largest = Math.max(0, ...missing.map((wheel) => wheel.bytes));
  const problems = hindrances(machine, UNPACKED * bytes + largest);
  for (const warning of warnings(machine, form)) say(`\nNote: ${warning}`);
  if (problems.length > 0) throw new AppError('unsupported', problems.join('\n'));
  if (flags.check) return;

  rmSync(gpuPaths.manifest, { force: true });
  mkdirSync(gpuPaths.downloads, { recursive: true });
  if (form === 'cpu') dropCuda(unpacked);
  await bringWheels(missing, unpacked, index, bytes);
  if (form === 'cuda') linkCusolver(gpuPaths.libraries);

  say(`${TFJS_NODE.name} ${TFJS_NODE.version}, its binding compiled with ${machine.compiler}`);
  await unpackPackage(bringPackage(TFJS_NODE), gpuPaths.package);
  await unpackPackage(bringPackage(NODE_HEADERS), gpuPaths.headers);
  patchPackage(gpuPaths.package);
  buildBinding(machine.compiler as string);

  const manifest: GpuManifest = {
    form,
    tensorflow: TENSORFLOW.version,
    parts: wanted,
    binding: bindingHash(),
  };
  writeFileSync(gpuPaths.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, 'self-test.ts')], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new AppError('unsupported', 'The self-test did not pass.');
  rmSync(gpuPaths.downloads, { recursive: true, force: true });
  say('HIPER_ENGINE=tensorflow runs on it; auto takes it for larger policies where there is a GPU.');
}

/** Downloads and unpacks one after the other, so that only one archive is on the disk. */
async function bringWheels(
  wheels: readonly Wheel[],
  unpacked: string[],
  index: ReturnType<typeof packageIndex>,
  total: number,
): Promise<void> {
  const line = fetchProgressLine('downloading', process.stderr);
  let before = 0;
  for (const wheel of wheels) {
    const show = (bytes: number): void => line.show({ file: wheel.project, bytes: before + bytes, total });
    const path = await downloadWheel(wheel, gpuPaths.downloads, { index }, show);
    await unpackWheel(path, gpuPaths.libraries);
    unpacked.push(wheelPart(wheel));
    writeFileSync(unpackedList(), JSON.stringify(unpacked));
    rmSync(path);
    before += wheel.bytes;
  }
  line.end();
}

/** What an earlier installation with CUDA has left. */
function dropCuda(unpacked: string[]): void {
  rmSync(join(gpuPaths.libraries, 'nvidia'), { recursive: true, force: true });
  const cuda = CUDA.map(wheelPart);
  unpacked.splice(0, unpacked.length, ...unpacked.filter((part) => !cuda.includes(part)));
  mkdirSync(gpuPaths.libraries, { recursive: true });
  writeFileSync(unpackedList(), JSON.stringify(unpacked));
}

/** A package's archive, fetched by npm as it is set up, once it has the hash that is known. */
function bringPackage({ name, version, integrity }: NpmPackage): string {
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const args = [
    ...first,
    'pack',
    `${name}@${version}`,
    '--ignore-scripts',
    '--silent',
    '--pack-destination',
    gpuPaths.downloads,
  ];
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  const file = stdout?.trim().split('\n').at(-1);
  if (status !== 0 || !file)
    throw new AppError('remote', `npm pack ${name}@${version} fails: ${stderr || status}`);
  const path = join(gpuPaths.downloads, file);
  const hash = `sha512-${createHash('sha512').update(readFileSync(path)).digest('base64')}`;
  if (hash !== integrity)
    throw new AppError(
      'bad-file',
      `npm's ${name}@${version} has another hash than the one that is known: ${hash}`,
    );
  return path;
}

function packagePart({ name, version }: NpmPackage): string {
  return `${name} ${version}`;
}

function wheelPart({ project, version }: Wheel): string {
  return `${project} ${version}`;
}

function unpackedList(): string {
  return join(gpuPaths.libraries, 'unpacked.json');
}

/** Wheels that lie there whole. */
function readUnpacked(): string[] {
  return existsSync(unpackedList()) ? (JSON.parse(readFileSync(unpackedList(), 'utf8')) as string[]) : [];
}
