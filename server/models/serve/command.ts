import { LOOPBACK_HOSTS, readAllowedHosts } from '../../config.ts';
import { AppError } from '../../contract/error.ts';
import { listen } from '../../http/listen.ts';
import { HOW_TO_MAKE_A_SECRET, isGuessable } from '../../http/secret-strength.ts';
import { engineOfEnvironment, readCommandLine, readNumber } from '../../rl/command-line.ts';
import { modelsFolder } from '../../rl/model/folder/models-folder.ts';
import { modelHashFolder } from '../../rl/model/model-hash.ts';
import { folderOfRun, serverData } from '../../rl/run-folder.ts';
import { openEngine } from '../../rl/tensor/select-engine.ts';
import { createModelServer } from './model-server.ts';
import { openServedModel } from './served-model.ts';

const SHORTEST_KEY = 16;
const FLAGS = { host: '--host ', port: '--port' };

/** `npm run model -- serve`: answers chats over HTTP until it is stopped. */
export async function serveCommand(args: readonly string[]): Promise<void> {
  const { values: flags, positionals } = readCommandLine(
    {
      args: [...args],
      allowPositionals: true,
      options: {
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '8000' },
        name: { type: 'string' },
        adapter: { type: 'string' },
      },
    },
    'npm run model',
  );
  const [source] = positionals;
  if (!source || positionals.length > 1)
    throw new AppError('bad-input', 'give one model or run: npm run model -- serve MODEL|RUN');
  const port = readNumber(flags.port);
  if (port === undefined || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new AppError('bad-input', `--port: ${flags.port} is not possible`);
  const key = process.env.HIPER_MODEL_KEY || undefined;
  checkKey(key, flags.host);
  const allowedHosts = readAllowedHosts(process.env.HIPER_ALLOWED_HOSTS ?? '');

  const model = await openServedModel(folderOfRun(source) ?? source, {
    name: flags.name,
    adapter: flags.adapter,
    modelsFolder: modelsFolder(process.env),
    hashFolder: modelHashFolder(serverData()),
    openEngine: () => openEngine(engineOfEnvironment(1)),
  });
  const address = await listen(createModelServer(model, { key, allowedHosts }), flags.host, port, FLAGS);
  process.stdout.write(`${model.name} answers at ${address}/v1, ${model.room} tokens at most\n`);
}

/** Throws AppError `bad-input` when other machines could ask and there is no key that is hard to guess. */
function checkKey(key: string | undefined, host: string): void {
  if (LOOPBACK_HOSTS.includes(host)) return;
  if (key !== undefined && key.length >= SHORTEST_KEY && !isGuessable(key)) return;
  throw new AppError(
    'bad-input',
    `--host ${host} lets other machines in: set HIPER_MODEL_KEY to a key of at least ${SHORTEST_KEY} characters (${HOW_TO_MAKE_A_SECRET}), or use 127.0.0.1`,
  );
}
