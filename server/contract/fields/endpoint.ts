import { z } from 'zod';
import { field, integer } from './field.ts';

/** Characters of an endpoint's address, and of a model's name there. */
const LONGEST_ADDRESS = 500;
const LONGEST_NAME_THERE = 200;

const price = () => z.number().min(0).max(100_000).default(0);

export const endpointSchemas = {
  endpoint: field(
    z.string().trim().max(LONGEST_ADDRESS).default(''),
    'Address of a chat endpoint in OpenAI’s protocol, as far as its /v1: http://127.0.0.1:8000/v1. The key of one that needs it stands in HIPER_ENDPOINT_KEYS of the server (endpoint).',
    { title: 'Endpoint', group: 'Policy' },
  ),
  endpointModel: field(
    z.string().trim().max(LONGEST_NAME_THERE).default(''),
    'What the endpoint calls the model (endpoint).',
    { title: 'Model there', group: 'Policy' },
  ),
  endpointParallel: field(
    integer(1, 256).default(4),
    'Episodes that are played at the same time, each with one question under way (endpoint).',
    { title: 'Parallel episodes', group: 'Policy', unit: 'episodes' },
  ),
  endpointTimeout: field(
    integer(1, 3600).default(120),
    'An answer that takes longer is asked for again, and a few times more (endpoint).',
    { title: 'Time-out', group: 'Policy', unit: 's', advanced: true },
  ),
  inputPrice: field(price(), 'Price of a million tokens of prompts, for the cost of the run (endpoint).', {
    title: 'Price of prompts',
    group: 'Policy',
    unit: '$ a million tokens',
    advanced: true,
  }),
  outputPrice: field(price(), 'Price of a million tokens of answers (endpoint).', {
    title: 'Price of answers',
    group: 'Policy',
    unit: '$ a million tokens',
    advanced: true,
  }),
};
