-- CreateTable
CREATE TABLE "Episode" (
    "runId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "iteration" INTEGER NOT NULL,
    "evaluation" BOOLEAN NOT NULL,
    "split" TEXT NOT NULL,
    "index" INTEGER NOT NULL,
    "gameId" TEXT NOT NULL,
    "taskType" TEXT NOT NULL,
    "won" BOOLEAN NOT NULL,
    "length" INTEGER NOT NULL,
    "reward" DOUBLE PRECISION NOT NULL,
    "switches" INTEGER,
    "invalid" INTEGER NOT NULL,
    "malformed" INTEGER NOT NULL,
    "reasons" TEXT[],
    "words" TEXT NOT NULL,
    "body" BYTEA NOT NULL,
    "bytes" INTEGER NOT NULL,

    CONSTRAINT "Episode_pkey" PRIMARY KEY ("runId","id")
);

-- CreateTable
CREATE TABLE "EpisodeShelf" (
    "runId" TEXT NOT NULL,
    "stride" INTEGER NOT NULL,
    "bytes" INTEGER NOT NULL,

    CONSTRAINT "EpisodeShelf_pkey" PRIMARY KEY ("runId")
);

-- CreateIndex
CREATE INDEX "Episode_runId_iteration_evaluation_split_index_idx" ON "Episode"("runId", "iteration", "evaluation", "split", "index");

-- AddForeignKey
ALTER TABLE "Episode" ADD CONSTRAINT "Episode_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EpisodeShelf" ADD CONSTRAINT "EpisodeShelf_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;
