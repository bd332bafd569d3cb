import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '../contract/error.ts';

/** What people set host and port by. */
const VARIABLES = { host: 'HIPER_HOST=', port: 'HIPER_PORT' };

/** Returns the address for people. Throws AppError `conflict` when the port is taken. */
export function listen(server: Server, host: string, port: number, names = VARIABLES): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(
          new AppError(
            'conflict',
            `Port ${port} of ${host} is taken: stop what listens there, or set ${names.port} to another one`,
          ),
        );
      else reject(new AppError('bad-input', `${names.host}${host}: ${error.message}`, { cause: error }));
    });
    server.listen(port, host, () => {
      const address = server.address() as AddressInfo;
      const name = host.includes(':') ? `[${host}]` : host;
      resolve(`http://${name}:${address.port}`);
    });
  });
}
