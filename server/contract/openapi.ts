/** Where the document of the http API stands. */
export const OPENAPI_PATH = '/api/openapi.json';
