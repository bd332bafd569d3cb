-- CreateTable
CREATE TABLE "CheckpointEvaluation" (
    "id" TEXT NOT NULL,
    "runId" TEXT NOT NULL,
    "iteration" INTEGER NOT NULL,
    "evaluation" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CheckpointEvaluation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "CheckpointEvaluation_runId_iteration_idx" ON "CheckpointEvaluation"("runId", "iteration");

-- AddForeignKey
ALTER TABLE "CheckpointEvaluation" ADD CONSTRAINT "CheckpointEvaluation_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;
