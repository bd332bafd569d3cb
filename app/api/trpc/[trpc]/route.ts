import { answerApi } from '../../../../server/api/answer.ts';
import { getLab } from '../../../../server/lab.ts';

export const dynamic = 'force-dynamic';

function answer(request: Request): Promise<Response> {
  return answerApi(request, getLab());
}

export { answer as GET, answer as POST };
