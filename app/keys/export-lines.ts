import { allows, type KeyScope } from '../../server/contract/keys.ts';

/** What to type in a shell so that programs find a server and show it a key: MLflow's clients, or `npm run lab`. */
export function exportLines(address: string, key: string, scopes: readonly KeyScope[]): string {
  const [url, secret] = allows(scopes, 'metrics')
    ? ['MLFLOW_TRACKING_URI', 'MLFLOW_TRACKING_TOKEN']
    : ['HIPER_URL', 'HIPER_KEY'];
  return `export ${url}=${address}\nexport ${secret}=${key}`;
}
