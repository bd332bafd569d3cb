-- AlterTable
ALTER TABLE "Share" ADD COLUMN     "episodes" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "frozenAt" TIMESTAMPTZ(3),
ADD COLUMN     "reportId" TEXT;

-- CreateTable
CREATE TABLE "FrozenPart" (
    "shareId" TEXT NOT NULL,
    "part" TEXT NOT NULL,
    "body" BYTEA NOT NULL,

    CONSTRAINT "FrozenPart_pkey" PRIMARY KEY ("shareId","part")
);

-- CreateIndex
CREATE INDEX "Share_reportId_idx" ON "Share"("reportId");

-- AddForeignKey
ALTER TABLE "FrozenPart" ADD CONSTRAINT "FrozenPart_shareId_fkey" FOREIGN KEY ("shareId") REFERENCES "Share"("id") ON DELETE CASCADE ON UPDATE CASCADE;
