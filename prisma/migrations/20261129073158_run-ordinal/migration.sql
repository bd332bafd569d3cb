-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "ordinal" SERIAL NOT NULL;

-- Runs from before count in the order in which they were made.
UPDATE "Run" SET "ordinal" = "counted"."ordinal"
FROM (SELECT "id", row_number() OVER (ORDER BY "createdAt", "id") AS "ordinal" FROM "Run") AS "counted"
WHERE "Run"."id" = "counted"."id";

-- CreateIndex
CREATE UNIQUE INDEX "Run_ordinal_key" ON "Run"("ordinal");
