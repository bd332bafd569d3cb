import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which process on which machine, in a form that another process, container or machine can read. */
export interface ProcessMark {
  pid: number;
  /** When it started: differs for every process that ever had this id. Null where it cannot be told. */
  identity: string | null;
  host: string;
  /** Host, boot and PID namespace. Only where it is equal do two processes mean the same by a process id. */
  place: string | null;
}

/** Describes a process of this machine and PID namespace. */
export function markOf(pid: number): ProcessMark {
  return { pid, identity: processIdentity(pid), host: hostname(), place: ownPlace() };
}

/** What can be proven about the process behind a mark from here; `unknown` in another container or on another machine. */
export function stateOf(mark: ProcessMark): 'alive' | 'gone' | 'unknown' {
  if (mark.place === null || mark.place !== ownPlace()) return 'unknown';
  try {
    process.kill(mark.pid, 0);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') return 'gone';
    if (code !== 'EPERM') return 'unknown';
  }
  const identity = processIdentity(mark.pid);
  if (identity === null || mark.identity === null) return 'unknown';
  return identity === mark.identity ? 'alive' : 'gone';
}

/** A zombie's: it holds nothing any more. */
const ZOMBIE = 'zombie';

function processIdentity(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      // A container may see the /proc of another PID namespace, where this id is somebody else's.
      if (readlinkSync('/proc/self') !== String(process.pid)) return null;
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? ZOMBIE : (fields[19] ?? null); // field 22 of proc(5): ticks since boot
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

let place: string | null | undefined;

function ownPlace(): string | null {
  place ??= findPlace();
  return place;
}

/** Null where a boot has no name: then no process id proves anything. */
function findPlace(): string | null {
  try {
    if (process.platform === 'linux') {
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      return `${hostname()} ${boot} ${readlinkSync('/proc/self/ns/pid')}`;
    }
    if (process.platform === 'darwin')
      return `${hostname()} ${execFileSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).trim()}`;
  } catch {
    // No /proc, or no such tool: nothing can be proven.
  }
  return null;
}
