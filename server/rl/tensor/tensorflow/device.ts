import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where NVIDIA's driver describes each card, and the devices it makes (the second is that of WSL, which has no such description). */
const CARDS = '/proc/driver/nvidia/gpus';
const DEVICES = ['/dev/nvidia0', '/dev/dxg'];

/** What cards there are, without loading anything: `NVIDIA H200`. Null where no driver offers one. */
export function findGpu(): string | null {
  if (!DEVICES.some((path) => existsSync(path))) return null;
  const models = existsSync(CARDS) ? readdirSync(CARDS).map(modelOf) : [];
  return models.length > 0 ? models.join(', ') : 'an NVIDIA GPU';
}

function modelOf(card: string): string {
  const path = join(CARDS, card, 'information');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return /^Model:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? 'an NVIDIA GPU';
}
