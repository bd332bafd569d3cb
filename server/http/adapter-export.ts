import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createTarPacker, type TarPackController } from 'modern-tar';
import { AppError } from '../contract/error.ts';
import type { Lab } from '../lab.ts';
import type { ExportedFile } from '../models/export/exported-file.ts';

export const ADAPTER_PATH = /^\/api\/export\/([a-z0-9]{6,32})\.adapter\.tar$/;

/** The adapter that a run has trained, as a tar archive of one folder; else a sentence why not. */
export async function answerAdapter(lab: Lab, response: ServerResponse, path: string): Promise<void> {
  const refuse = (status: number, message: string) => {
    response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
  };
  const [, runId] = ADAPTER_PATH.exec(path) ?? [];
  const run = runId === undefined ? null : await lab.store.runs.find(runId);
  if (!run) return refuse(404, 'There is no such run');
  let adapter: ReturnType<typeof lab.jobs.modelExports.openAdapter>;
  try {
    adapter = lab.jobs.modelExports.openAdapter(run);
  } catch (error) {
    if (error instanceof AppError) return refuse(409, error.message);
    throw error;
  }
  try {
    response.writeHead(200, {
      'Content-Type': 'application/x-tar',
      'Content-Disposition': `attachment; filename="${adapter.folder}.tar"`,
      'Cache-Control': 'no-store',
    });
    await sendTar(response, adapter.folder, adapter.files);
  } finally {
    adapter.close();
  }
}

/** As fast as the reader takes it, with others' turn in between; a reader may leave. */
async function sendTar(
  response: ServerResponse,
  folder: string,
  files: readonly ExportedFile[],
): Promise<void> {
  const { readable, controller } = createTarPacker();
  const [packed, sent] = await Promise.allSettled([
    pack(controller, folder, files),
    pipeline(Readable.fromWeb(readable as ReadableStream), response),
  ]);
  if (sent.status === 'fulfilled') return;
  if ((sent.reason as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE') return;
  throw packed.status === 'rejected' ? packed.reason : sent.reason;
}

async function pack(
  controller: TarPackController,
  folder: string,
  files: readonly ExportedFile[],
): Promise<void> {
  try {
    for (const { name, bytes, parts } of files) {
      const entry = controller.add({ name: `${folder}/${name}`, size: bytes }).getWriter();
      for (const part of parts()) {
        await nextTurn();
        await entry.write(part);
      }
      await entry.close();
    }
    controller.finalize();
  } catch (error) {
    controller.error(error);
    throw error;
  }
}
