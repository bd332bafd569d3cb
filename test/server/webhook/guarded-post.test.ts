import { afterEach, describe, expect, it } from 'vitest';
import { postGuarded } from '../../../server/webhook/guarded-post.ts';
import { isPublicAddress } from '../../../server/webhook/public-address.ts';
import { openReceiver, type Receiver } from './receiver.ts';

const open: Receiver[] = [];
afterEach(() => {
  for (const receiver of open.splice(0)) receiver.close();
});
async function receive(...options: Parameters<typeof openReceiver>): Promise<Receiver> {
  const receiver = await openReceiver(...options);
  open.push(receiver);
  return receiver;
}
const loopback = async () => [{ address: '127.0.0.1', family: 4 }];

describe('an address', () => {
  it.each(['1.1.1.1', '93.184.216.34', '2606:4700:4700::1111', '::ffff:8.8.8.8'])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    ...['127.0.0.1', '127.8.8.8', '0.0.0.0', '::1', '::'], // this machine
    ...['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12::1'], // private
    ...['169.254.169.254', 'fe80::1', 'fd00:ec2::254', '100.100.100.200'], // link-local, metadata of clouds
    ...[
      '100.64.0.1',
      '198.18.0.1',
      '192.0.0.192',
      '192.0.2.1',
      '240.0.0.1',
      '255.255.255.255',
      '224.0.0.1',
      'ff02::1',
    ],
    ...['::ffff:127.0.0.1', '::ffff:a9fe:a9fe', '::ffff:10.0.0.1', '::127.0.0.1'], // IPv4 in IPv6
    ...['64:ff9b::7f00:1', '64:ff9b:1::a00:1', '2002:7f00:1::', '2001:0:7f00:1::', '2001:db8::1'], // NAT64, 6to4, Teredo
    ...['4000::1', 'fec0::1', '100::1'], // not given out
    ...['', 'localhost', '127.1', '1.1.1.1.1'], // no address
  ])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('a post', () => {
  it('does not reach this machine, however its address is written', async () => {
    const { port, heard } = await receive();
    for (const host of [
      '127.0.0.1',
      'localhost',
      '2130706433',
      '0x7f.1',
      '017700000001',
      '0.0.0.0',
      '[::1]',
      '[::ffff:127.0.0.1]',
    ])
      await expect(
        postGuarded(`http://${host}:${port}/`, {}, { allowedHosts: [] }),
        host,
      ).rejects.toMatchObject({
        code: 'forbidden',
        message: expect.stringMatching(/not on the open internet: add .* to HIPER_WEBHOOK_HOSTS/),
      });
    expect(heard).toEqual([]);
  });

  it('does not go where a single one of the addresses of a name lies inside', async () => {
    const { port, heard } = await receive();
    const resolve = async () => [
      { address: '1.1.1.1', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    await expect(
      postGuarded(`http://hooks.example:${port}/`, {}, { allowedHosts: [], resolve }),
    ).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(heard).toEqual([]);
  });

  it('reaches a host that is allowed, with its port or for all of them, and no other port', async () => {
    const { port, host, heard } = await receive();
    for (const allowed of [host, '127.0.0.1'])
      await postGuarded(`http://${host}/hook`, { a: 'ü' }, { allowedHosts: [allowed] });
    expect(heard).toEqual(Array(2).fill({ path: '/hook', body: { a: 'ü' } }));
    await expect(
      postGuarded(`http://${host}/hook`, {}, { allowedHosts: [`127.0.0.1:${port + 1}`] }),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('goes to the address that was looked at: its name is resolved once', async () => {
    const { port, heard } = await receive();
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return loopback();
    };
    // A name that no resolver knows: only the pinned address leads anywhere.
    const options = { allowedHosts: ['nowhere.invalid'], resolve };
    await postGuarded(`http://nowhere.invalid:${port}/`, 1, options);
    expect([asked, heard.length]).toEqual([1, 1]);
  });

  it('follows no redirect', async () => {
    const target = await receive();
    const { host, heard } = await receive((response) =>
      response.writeHead(307, { Location: target.url }).end(),
    );
    await expect(postGuarded(`http://${host}/`, {}, { allowedHosts: ['127.0.0.1'] })).rejects.toThrow(
      /redirects \(status 307\), which is not followed/,
    );
    expect([heard.length, target.heard.length]).toEqual([1, 0]);
  });

  it('says what the other side answers, without the path', async () => {
    const { url, host } = await receive((response) => response.writeHead(500).end('no'));
    const said = await postGuarded(url, {}, { allowedHosts: [host] }).catch((error: Error) => error.message);
    expect(said).toBe(`${host} answers with status 500`);
    open.at(-1)?.close();
    const gone = await postGuarded(url, {}, { allowedHosts: [host] }).catch((error: Error) => error.message);
    expect(gone).toMatch(/ECONNREFUSED/);
    expect(gone).not.toContain('secret');
  });

  it('waits only so long, for a name as for an answer', async () => {
    const { host } = await receive(() => undefined);
    const options = { allowedHosts: ['127.0.0.1', 'slow.example'], timeoutMs: 200 };
    await expect(postGuarded(`http://${host}/`, {}, options)).rejects.toThrow(/no answer within 0\.2 s/);
    const resolve = () => new Promise<never>(() => undefined);
    await expect(postGuarded('http://slow.example/', {}, { ...options, resolve })).rejects.toThrow(
      /no answer within/,
    );
  });

  it('reads nothing of an answer that never ends', async () => {
    let ended = false;
    const { host } = await receive((response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'.repeat(100_000)), 5);
      response.on('close', () => {
        clearInterval(timer);
        ended = true;
      });
    });
    await postGuarded(`http://${host}/`, {}, { allowedHosts: ['127.0.0.1'] });
    await expect.poll(() => ended).toBe(true);
  });
});
