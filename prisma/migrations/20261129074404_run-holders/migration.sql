-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "holder" TEXT;

-- CreateTable
CREATE TABLE "Holder" (
    "id" TEXT NOT NULL,
    "beat" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "Holder_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RemovedRun" (
    "id" TEXT NOT NULL,
    "removedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "RemovedRun_pkey" PRIMARY KEY ("id")
);
