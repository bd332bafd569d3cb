'use client';
import { Braces, Download, FileDown, FileImage } from 'lucide-react';
import { download } from '../_charts/export.ts';
import { pagePalette, paletteColor } from '../_charts/light-colors.ts';
import { Button } from '../_ui/button.tsx';
import { Menu, MenuItem } from '../_ui/menu.tsx';
import {
  aggregatePanels,
  type ComputedStatistics,
  improvementPanels,
  statisticsCsv,
  statisticsJson,
} from './export-statistics.ts';
import { intervalSvg, type PaperPanel } from './interval-paper.ts';

/** Files of all that the page has computed; waits until it has. */
export function StatisticsMenu({ computed }: { computed: ComputedStatistics | null }) {
  const saveSvg = (title: string, panels: PaperPanel[], stem: string) => {
    const { repetitions, seed } = computed!.request;
    const caption = `95 % stratified bootstrap intervals, ${repetitions.toLocaleString('en')} resamples, seed ${seed}.`;
    const palette = pagePalette();
    const svg = intervalSvg(title, panels, caption, location.href, (color) => paletteColor(palette, color));
    download(`${stem}.svg`, svg, 'image/svg+xml');
  };
  return (
    <Menu
      trigger={
        <Button size="sm" disabled={!computed} icon={<Download aria-hidden className="size-4" />}>
          Download
        </Button>
      }
    >
      <MenuItem
        icon={<FileDown aria-hidden />}
        onSelect={() => download('statistics.csv', statisticsCsv(computed!), 'text/csv')}
      >
        All numbers as CSV
      </MenuItem>
      <MenuItem
        icon={<Braces aria-hidden />}
        onSelect={() =>
          download('statistics.json', statisticsJson(computed!, location.href), 'application/json')
        }
      >
        Scores and numbers as JSON
      </MenuItem>
      <MenuItem
        icon={<FileImage aria-hidden />}
        onSelect={() => saveSvg('Aggregates', aggregatePanels(computed!), 'aggregates')}
      >
        Aggregates as SVG
      </MenuItem>
      {computed && computed.request.pairs.length > 0 && (
        <MenuItem
          icon={<FileImage aria-hidden />}
          onSelect={() => saveSvg('Probability of improvement', improvementPanels(computed), 'improvement')}
        >
          Probability of improvement as SVG
        </MenuItem>
      )}
    </Menu>
  );
}
