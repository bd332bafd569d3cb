-- AlterTable
ALTER TABLE "CheckpointRequest" ADD COLUMN     "kind" TEXT NOT NULL DEFAULT 'evaluation';
