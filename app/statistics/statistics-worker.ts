import { type StatisticsRequest, scoreStatistics } from '../../server/stats/score-statistics.ts';

// Answers a request part by part, so that a page fills while the rest is computed.
addEventListener('message', ({ data }: MessageEvent<StatisticsRequest>) => {
  for (const part of scoreStatistics(data)) postMessage(part);
});
