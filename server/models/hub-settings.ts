import { AppError } from '../contract/error.ts';

const HUB = 'https://huggingface.co';

/** Which hub, and as whom. */
export interface HubSettings {
  /** Without a slash at its end. */
  endpoint: string;
  token: string | undefined;
}

/** HF_ENDPOINT and HF_TOKEN; empty counts as absent. Throws AppError `bad-input` naming the one that is wrong, never the token. */
export function readHubSettings(environment: Readonly<Record<string, string | undefined>>): HubSettings {
  const endpoint = (environment.HF_ENDPOINT || HUB).replace(/\/+$/, '');
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    throw new AppError('bad-input', `HF_ENDPOINT: ${endpoint} is not the address of a hub, e.g. ${HUB}`);
  const token = environment.HF_TOKEN?.trim() || undefined;
  if (token !== undefined && !/^hf_[A-Za-z0-9_-]+$/.test(token))
    throw new AppError('bad-input', 'HF_TOKEN: tokens of the hub begin with hf_ and have no blanks in them');
  return { endpoint, token };
}
