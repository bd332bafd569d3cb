/** What plays: the small policy that is trained from nothing, a pretrained language model, or a model behind an endpoint, which is not trained. */
export const POLICIES = ['nano', 'pretrained', 'endpoint'] as const;
export type PolicyKind = (typeof POLICIES)[number];
