/** In single quotes, as shells take anything. */
const quote = (word: string) => (/^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** The command that draws a chart of the compare page at `address` again. */
export function figureCommand(address: string, chartId: string, file: string): string {
  return `npm run -s figure -- ${[address, chartId, file].map(quote).join(' ')}`;
}
