import { type ExportedChart, yTitleOf } from './export-text.ts';
import { pagePalette, paletteColor } from './light-colors.ts';

/** Hands a file to the reader. */
export function download(name: string, content: string | Blob, type = 'text/plain'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type }) : content;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Dots of a PNG for every unit of the SVG: 300 dpi at 5.3 inches. */
const PNG_SCALE = 2.5;

/** Saves a chart for a page of paper. */
export async function saveFigure(
  figure: ExportedChart,
  source: string,
  stem: string,
  kind: 'svg' | 'png',
): Promise<void> {
  const { paperSvg } = await import('./paper-figure.ts');
  const palette = pagePalette();
  const svg = paperSvg({ ...figure, yTitle: yTitleOf(figure), source }, (color) =>
    paletteColor(palette, color),
  );
  if (kind === 'svg') return download(`${stem}.svg`, svg, 'image/svg+xml');
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth * PNG_SCALE;
  canvas.height = image.naturalHeight * PNG_SCALE;
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  canvas.toBlob((blob) => blob && download(`${stem}.png`, blob), 'image/png');
}
