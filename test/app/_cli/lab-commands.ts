import { Writable } from 'node:stream';
import { runLab } from '../../../app/_cli/run-lab.ts';

export interface Ended {
  code: number;
  out: string;
  err: string;
}

/** What `npm run lab -- …` does, without a process of its own. `env` is all that it knows. */
export async function labCommand(args: string[], env: Record<string, string>): Promise<Ended> {
  return startLabCommand(args, env).ended;
}

/** The same while it goes on. */
export function startLabCommand(args: string[], env: Record<string, string>) {
  const [out, err] = [new Collector(), new Collector()];
  const ended = runLab(args, { env, out, err }).then((code) => ({ code, out: out.text, err: err.text }));
  return { out, err, ended };
}

class Collector extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}
