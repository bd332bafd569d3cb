import type { EnvironmentName } from '../../contract/environments.ts';
import { ALFWORLD } from './alfworld/alfworld.ts';
import type { EnvironmentKind } from './kind.ts';
import { REMOTE } from './remote/remote.ts';
import { SOKOBAN } from './sokoban/sokoban.ts';
import { WEBSHOP } from './webshop/webshop.ts';

/** Every environment there is; what the browser has to know of it stands in `contract/environments.ts`. */
export const ENVIRONMENT_KINDS: Record<EnvironmentName, EnvironmentKind> = {
  alfworld: ALFWORLD,
  webshop: WEBSHOP,
  sokoban: SOKOBAN,
  remote: REMOTE,
};
