import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import type { Provenance } from '../../contract/provenance-event.ts';

/** The kind of this machine, as far as this process may use it: no names, no addresses. */
export function readHost(): Provenance['host'] {
  const limit = process.constrainedMemory();
  return {
    processor: cpus()[0]?.model.trim() || 'an unknown processor',
    cores: availableParallelism(),
    memoryBytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem(),
    system: `${type()} ${arch()}`,
    release: release(),
    container: containerKind(),
    gpus: nvidiaGpus(),
  };
}

/** Marks that container runtimes leave, by the kind they stand for. `root` and `environment` are for tests. */
export function containerKind(
  root = '/',
  environment: Record<string, string | undefined> = process.env,
): string | null {
  if (environment.KUBERNETES_SERVICE_HOST) return 'kubernetes';
  if (existsSync(join(root, '.dockerenv'))) return 'docker';
  if (existsSync(join(root, 'run/.containerenv'))) return 'podman';
  // systemd-nspawn, LXC and podman set it for their first process and what that starts.
  if (environment.container) return environment.container;
  const group = readOr(join(root, 'proc/1/cgroup'), '');
  if (group.includes('kubepods')) return 'kubernetes';
  return /docker|containerd|libpod|lxc/.exec(group)?.[0] ?? null;
}

/** Models of the GPUs that NVIDIA's driver shows here, alike ones counted. */
export function nvidiaGpus(root = '/'): string[] {
  const folder = join(root, 'proc/driver/nvidia/gpus');
  if (!existsSync(folder)) return [];
  const counts = new Map<string, number>();
  for (const slot of readdirSync(folder)) {
    const model = /^Model:\s*(.+)$/m.exec(readOr(join(folder, slot, 'information'), ''))?.[1]?.trim();
    if (model) counts.set(model, (counts.get(model) ?? 0) + 1);
  }
  return [...counts].map(([model, count]) => (count === 1 ? model : `${count} × ${model}`));
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
