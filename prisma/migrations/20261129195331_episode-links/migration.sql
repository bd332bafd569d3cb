-- AlterTable
ALTER TABLE "Share" ADD COLUMN     "episode" TEXT;
