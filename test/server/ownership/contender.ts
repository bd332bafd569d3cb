/** A process that takes a lease when it is told to, for tests: `node contender.ts PATH [PERIOD_MS]`. Messages: take, release, block. */
import { takeLease } from '../../../server/ownership/lease.ts';

const [path = '', period = '10000'] = process.argv.slice(2);
const periodMs = Number(period);
let release = () => {};

async function take(): Promise<void> {
  try {
    const lease = await takeLease(path, {
      periodMs,
      renewMs: periodMs / 10,
      fence: 'lost it',
      onHeld: ({ mark, alive }) => {
        if (alive) throw new Error(`held by process ${mark?.pid}`);
      },
    });
    release = () => lease?.release();
    tell('taken');
  } catch (error) {
    tell((error as Error).message);
  }
}

function tell(word: string): void {
  if (process.send) process.send(word);
  else console.log(word);
}

process.on('message', (word) => {
  if (word === 'take') void take();
  if (word === 'release') {
    release();
    tell('released');
  }
  // What a long query does to the thread.
  if (word === 'block') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30_000);
});
process.on('disconnect', () => process.exit(0));
if (!process.send) {
  await take();
  setInterval(() => {}, 1_000);
}
