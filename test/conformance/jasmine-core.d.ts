/** The little of jasmine used here; @types/jasmine would declare `describe` and `expect` for every file of the project. */
declare module 'jasmine-core' {
  interface SpecResult {
    fullName: string;
    status: string;
    failedExpectations: { message: string }[];
  }
  interface Environment {
    configure(options: { random: boolean; specFilter(spec: { getFullName(): string }): boolean }): void;
    addReporter(reporter: { specStarted(): void; specDone(result: SpecResult): void }): void;
    execute(): Promise<unknown>;
  }
  const jasmineCore: { boot(): { DEFAULT_TIMEOUT_INTERVAL: number; getEnv(): Environment } };
  export default jasmineCore;
}
