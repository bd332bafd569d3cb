-- CreateTable
CREATE TABLE "Action" (
    "id" TEXT NOT NULL,
    "seq" SERIAL NOT NULL,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "procedure" TEXT NOT NULL,
    "keyId" TEXT,
    "keyName" TEXT,
    "runIds" TEXT[],
    "subjects" JSONB NOT NULL,
    "details" JSONB NOT NULL,

    CONSTRAINT "Action_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Action_seq_key" ON "Action"("seq");

-- CreateIndex
CREATE INDEX "Action_runIds_idx" ON "Action" USING GIN ("runIds");
