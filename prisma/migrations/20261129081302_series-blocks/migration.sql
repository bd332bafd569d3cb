-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "milestones" JSONB,
ADD COLUMN     "reducedTo" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "SeriesBlock" (
    "runId" TEXT NOT NULL,
    "bin" INTEGER NOT NULL,
    "place" INTEGER NOT NULL,
    "rows" BYTEA NOT NULL,

    CONSTRAINT "SeriesBlock_pkey" PRIMARY KEY ("runId","bin","place")
);

-- CreateTable
CREATE TABLE "EvaluationDigest" (
    "runId" TEXT NOT NULL,
    "bin" INTEGER NOT NULL,
    "evaluations" JSONB NOT NULL,

    CONSTRAINT "EvaluationDigest_pkey" PRIMARY KEY ("runId")
);

-- CreateIndex
CREATE INDEX "Event_runId_kind_iteration_idx" ON "Event"("runId", "kind", "iteration");

-- AddForeignKey
ALTER TABLE "SeriesBlock" ADD CONSTRAINT "SeriesBlock_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EvaluationDigest" ADD CONSTRAINT "EvaluationDigest_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Doubles hardly compress: reading them must not wait for it.
ALTER TABLE "SeriesBlock" ALTER COLUMN "rows" SET STORAGE EXTERNAL;
