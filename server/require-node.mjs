/**
 * Sees to the Node that everything runs on, after `npm ci` and before the longer scripts. The lock file pins one as an ordinary
 * package for most systems; npm 11 puts it in front of the machine's own, npm 10 forgets to (every one of these packages is named
 * `node` there), so that is made good here. Elsewhere the machine's own must be new enough, or one sentence says so.
 * Runs on any Node.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, linkSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { engines, optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const executable = process.platform === 'win32' ? 'node.exe' : 'node';

const isLinked = linkOwnNode();
const oldest = engines.node.replace('>=', '');
if (isOlder(process.versions.node, oldest)) {
  const isUpFront = process.env.npm_lifecycle_event !== 'postinstall';
  if (!isLinked)
    complain(
      `HiPER Lab needs Node ${oldest} or newer and brings none for ${process.platform} on ${process.arch}: ` +
        `install one (this is ${process.versions.node}), then run npm ci again.`,
    );
  else if (isUpFront)
    complain('The Node that HiPER Lab brings is in its place now: run the same command again.');
}

/** Puts the project's own Node where npm scripts find it first. Returns whether it has one that runs here. */
function linkOwnNode() {
  const names = Object.keys(optionalDependencies ?? {}).filter((name) => name.startsWith('node-'));
  const own = names
    .map((name) => join(root, 'node_modules', name, 'bin', executable))
    .find((path) => existsSync(path) && spawnSync(path, ['--version']).status === 0);
  if (own === undefined) return false;
  const bin = join(root, 'node_modules', '.bin');
  const link = join(bin, executable);
  if (existsSync(link)) return true;
  rmSync(link, { force: true });
  if (process.platform === 'win32') linkSync(own, link);
  else symlinkSync(relative(bin, own), link);
  return true;
}

function isOlder(version, than) {
  const [major, minor] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = than.split('.').map(Number);
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}

function complain(sentence) {
  console.error(sentence);
  process.exitCode = 1;
}
