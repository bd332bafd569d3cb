-- AlterTable
ALTER TABLE "ForeignRun" ADD COLUMN     "boardEntry" JSONB;

-- CreateTable
CREATE TABLE "CheckpointRequest" (
    "id" TEXT NOT NULL,
    "runId" TEXT NOT NULL,
    "request" JSONB NOT NULL,
    "holder" TEXT NOT NULL,
    "seq" SERIAL NOT NULL,

    CONSTRAINT "CheckpointRequest_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "CheckpointRequest_holder_idx" ON "CheckpointRequest"("holder");

-- AddForeignKey
ALTER TABLE "CheckpointRequest" ADD CONSTRAINT "CheckpointRequest_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;
