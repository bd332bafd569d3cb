/*
 * An environment server as OpenEnv has them, for tests: a corridor whose end has to be reached. Run as a process of its own, it
 * writes its port to standard output. Its argument says what goes wrong, from the second step on of every seed that `--seeds`
 * lists, or of all.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { parseArgs } from 'node:util';
import { type WebSocket, WebSocketServer } from 'ws';

const { values } = parseArgs({
  options: {
    fault: { type: 'string', default: 'none' },
    seeds: { type: 'string' },
    sessions: { type: 'string', default: '64' },
  },
});
const { fault } = values;
const badSeeds = values.seeds?.split(',').map(Number);
const LENGTH = 3;

class Corridor {
  #at = 0;
  #steps = 0;
  #seed = 0;

  reset(seed: number) {
    this.#seed = seed;
    this.#at = 0;
    this.#steps = 0;
    return this.#observe(0);
  }

  step({ move }: { move: string }) {
    this.#steps++;
    if (move === 'right') this.#at++;
    if (move === 'left') this.#at = Math.max(0, this.#at - 1);
    return this.#observe(this.#at >= LENGTH ? 1 : -0.1);
  }

  get isBad(): boolean {
    return this.#steps >= 2 && (badSeeds?.includes(this.#seed) ?? true);
  }

  #observe(reward: number) {
    const done = this.#at >= LENGTH;
    const observation = {
      text: `You stand at ${this.#at} of ${LENGTH}.`,
      moves: ['left', 'right'],
      solved: done,
    };
    return { observation, reward, done };
  }
}

/** What is answered instead; null: nothing at all. Undefined: the right thing. */
function wrongAnswer(corridor: Corridor): string | null | undefined {
  if (fault === 'none' || !corridor.isBad) return undefined;
  if (fault === 'die') process.exit(3);
  if (fault === 'nonsense') return '<html>Bad gateway</html>';
  if (fault === 'version')
    return JSON.stringify({ kind: 'result', payload: { obs: 'You stand.', terminated: false } });
  if (fault === 'error')
    return JSON.stringify({ type: 'error', data: { message: 'the door is stuck', code: 'EXECUTION_ERROR' } });
  return null;
}

async function bodyOf(
  request: IncomingMessage,
): Promise<{ seed?: number; action?: { move: string }; episode_id: string }> {
  let text = '';
  for await (const part of request) text += part;
  return JSON.parse(text);
}

const corridors = new Map<string, Corridor>();
const server = createServer(async (request, response) => {
  if (request.url !== '/reset' && request.url !== '/step') {
    response.writeHead(404).end('Not Found');
    return;
  }
  const { seed = 0, action, episode_id } = await bodyOf(request);
  const corridor = corridors.get(episode_id) ?? new Corridor();
  corridors.set(episode_id, corridor);
  const answer = action ? corridor.step(action) : corridor.reset(seed);
  const wrong = wrongAnswer(corridor);
  if (wrong === null) return;
  if (fault === 'error' && wrong) response.writeHead(500);
  response.end(wrong ?? JSON.stringify(answer));
});

let sessions = 0;
function play(socket: WebSocket): void {
  const corridor = new Corridor();
  if (++sessions > Number(values.sessions)) {
    socket.send(JSON.stringify({ type: 'error', data: { message: 'no room', code: 'CAPACITY_REACHED' } }));
    socket.close();
  }
  socket.on('close', () => sessions--);
  socket.on('message', (message) => {
    const { type, data } = JSON.parse(String(message));
    if (type === 'close') {
      socket.close();
      return;
    }
    const answer = type === 'reset' ? corridor.reset(data.seed) : corridor.step(data);
    const wrong = wrongAnswer(corridor);
    if (fault === 'hang up' && wrong !== undefined) socket.terminate();
    if (wrong === null) return;
    socket.send(wrong ?? JSON.stringify({ type: 'observation', data: answer }));
  });
}

// A server from before there were WebSockets has no /ws.
if (fault !== 'old') new WebSocketServer({ server, path: '/ws' }).on('connection', play);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
