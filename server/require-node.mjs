/**
 * Ends with one sentence where this Node is older than package.json asks for, which is only where the project brings none of
 * its own for the system (its node-* packages) and the machine's own is old. Runs on any Node, before anything else does.
 */
import { readFileSync } from 'node:fs';

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const oldest = engines.node.replace('>=', '');
const [major, minor] = oldest.split('.').map(Number);
const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);

if (ownMajor < major || (ownMajor === major && ownMinor < minor)) {
  console.error(
    `HiPER Lab needs Node ${oldest} or newer and brings none for ${process.platform} on ${process.arch}: ` +
      `install one (this is ${process.versions.node}), then run npm ci again.`,
  );
  process.exitCode = 1;
}
