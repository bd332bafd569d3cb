import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '../contract/error.ts';

/** Returns the address for people. Throws AppError `conflict` when the port is taken. */
export function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(
          new AppError(
            'conflict',
            `Port ${port} of ${host} is taken: stop what listens there, or set HIPER_PORT to another one`,
          ),
        );
      else reject(new AppError('bad-input', `HIPER_HOST=${host}: ${error.message}`, { cause: error }));
    });
    server.listen(port, host, () => {
      const address = server.address() as AddressInfo;
      const name = host.includes(':') ? `[${host}]` : host;
      resolve(`http://${name}:${address.port}`);
    });
  });
}
