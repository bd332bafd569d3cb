/** What the numbers of a run are exported as: its curves, value by value, or with JSON everything but its logs. */
export const EXPORT_FORMATS = ['csv', 'json', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const exportPath = (runId: string, format: ExportFormat): string => `/api/export/${runId}.${format}`;
