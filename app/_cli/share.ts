import { AppError } from '../../server/contract/error.ts';
import { MOST_SHARED } from '../../server/contract/limits.ts';
import { formatTime } from '../_charts/format.ts';
import { sharePath } from '../_share/share-text.ts';
import { type Command, readArguments, wholeNumber } from './arguments.ts';
import { EXIT, EXIT_HELP } from './exit-codes.ts';
import { findRuns, RUN_HELP } from './find-runs.ts';
import { CONNECTION_HELP, LabServer } from './server.ts';

const LONGEST_TITLE = 120;
const MOST_DAYS = 365;

const USAGE = `Makes a link that shows a run, or several compared, to whoever has it; prints the link.

  npm run -s lab -- share RUN… [flags]

${RUN_HELP}
The link is told once, here. The page Shares lists and revokes it. With a secret this needs a key with the scope admin.

  --frozen       shows what is there now, and nothing that comes
  --title TEXT   what its reader sees at the top (default: the names of the runs)
  --days N       until it ends, at most ${MOST_DAYS} (default 30)
  --query TEXT   how the page is set, as behind the ? of its own address
  --json         an object with the link and what the API says of it
${CONNECTION_HELP}

${EXIT_HELP}
`;

export const share: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const { values: flags, positionals } = readArguments('share', args, {
      frozen: { type: 'boolean' },
      title: { type: 'string' },
      days: { type: 'string', default: '30' },
      query: { type: 'string', default: '' },
      json: { type: 'boolean' },
    });
    if (positionals.length === 0 || positionals.length > MOST_SHARED)
      throw new AppError('bad-input', `name from 1 to ${MOST_SHARED} runs. See npm run lab -- share --help`);
    const days = wholeNumber('days', flags.days, 1);
    const server = new LabServer(flags.url, terminal.env);
    const runs = await findRuns(server, positionals);
    const title = flags.title ?? runs.map(({ name }) => name).join(', ');
    const { token, share } = await server.call((api) =>
      api.shares.create.mutate({
        kind: runs.length === 1 ? 'run' : 'comparison',
        runIds: runs.map(({ id }) => id),
        title: title.slice(0, LONGEST_TITLE),
        query: flags.query.replace(/^\?/, ''),
        days,
        ...(flags.frozen && { frozen: true }),
      }),
    );
    if (flags.frozen && !isFrozen(share)) {
      await server.call((api) => api.shares.revoke.mutate({ id: share.id }));
      throw new AppError('unsupported', '--frozen: this server makes live links only; nothing is shared');
    }
    const url = server.address + sharePath(token, share.query);
    terminal.out.write(flags.json ? `${JSON.stringify({ url, ...share }, null, 2)}\n` : `${url}\n`);
    if (!flags.json) terminal.err.write(`Until ${formatTime(share.expiresAt)}\n`);
    return EXIT.done;
  },
};

/** Servers of before ignore what they do not know, and would make a live link without a word. */
function isFrozen(share: object): boolean {
  return 'frozenAt' in share && typeof share.frozenAt === 'number';
}
