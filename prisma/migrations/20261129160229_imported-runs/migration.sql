-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "importedFrom" JSONB,
ADD COLUMN     "importedId" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "Run_importedId_key" ON "Run"("importedId");
