/** The pretrained model under a run's policy: what it is called, and a hash of its config and weights. */
export interface BaseModel {
  name: string;
  hash: string;
}
