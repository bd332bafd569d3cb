import { z } from 'zod';

/** UTF-16 units that the reason of an end may have: a report with its last lines, not a dump. */
export const LONGEST_REASON = 20_000;
/** And a line of the log. */
export const LONGEST_LINE = 2_000;

/**
 * Text of a program as the database can hold it, in at most `longest` UTF-16 units. PostgreSQL refuses U+0000 (shown as ␀) and
 * halves of surrogate pairs (shown as �); what is too long loses its middle, since a report names the fault in its first or last lines.
 */
export function cleanText(text: string, longest: number): string {
  const note = ` … ${text.length} characters, the middle left out … `;
  return shortenMiddle(text, longest, note).replaceAll('\0', '␀').toWellFormed();
}

/** Text of at most `longest` UTF-16 units, with `mark` for a middle that is left out; no character is cut in halves. */
export function shortenMiddle(text: string, longest: number, mark = '…'): string {
  if (text.length <= longest) return text;
  const kept = Math.max(0, longest - mark.length);
  const end = Math.floor(kept / 2);
  const head = text.slice(0, kept - end).replace(/[\uD800-\uDBFF]$/, '');
  const tail = text.slice(text.length - end).replace(/^[\uDC00-\uDFFF]/, '');
  return (head + mark + tail).slice(0, longest);
}

/** What a trainer or another child process says: cleaned, never refused. See `cleanText`. */
export const saidText = (longest: number) => z.string().transform((text) => cleanText(text, longest));

/** What people type in one line: refused where it holds what cannot be stored or seen. */
export const typedLine = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest)
    .superRefine((text, context) => complain(context, /[\p{Cc}\p{Cs}]/u.exec(text)));

/** The same for text of several lines, with tabs. */
export const typedText = (longest: number) =>
  z
    .string()
    .max(longest)
    .superRefine((text, context) => complain(context, /(?![\t\n\r])[\p{Cc}\p{Cs}]/u.exec(text)));

function complain(context: z.RefinementCtx, found: RegExpExecArray | null): void {
  if (!found) return;
  const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  context.addIssue({
    code: 'custom',
    message: `holds U+${code} at character ${found.index + 1}, which is not text: take it out`,
  });
}
