/** A request of a client of MLflow, and what it was answered. */
export interface Exchange {
  method: string;
  path: string;
  contentType: string | undefined;
  sent: string;
  status: number;
  answer: string;
}
