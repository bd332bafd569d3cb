/** A file of an export, made piece by piece as it is written. */
export interface ExportedFile {
  name: string;
  /** What all parts come to. */
  bytes: number;
  parts(): Iterable<Uint8Array>;
}

export function textFile(name: string, text: string): ExportedFile {
  const content = Buffer.from(text);
  return { name, bytes: content.length, parts: () => [content] };
}
