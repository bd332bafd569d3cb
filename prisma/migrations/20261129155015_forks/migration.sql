-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "parentId" TEXT,
ADD COLUMN     "parentIteration" INTEGER;
