/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run check` checks types; Next's own check does not know TypeScript 7.
  typescript: { ignoreBuildErrors: true },
  allowedDevOrigins: ['127.0.0.1', 'localhost'],
  serverExternalPackages: [
    '@electric-sql/pglite',
    'pglite-prisma-adapter',
    '@prisma/client',
    '@prisma/adapter-pg',
    'pg',
    'pg-boss',
    'onnxruntime-node',
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-backend-cpu',
    'socket.io',
  ],
};

export default config;
