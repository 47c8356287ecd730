/** All test/suite/*.test.ts; scripts/lib/testBundles.mjs puts them behind this name. */
declare module 'suite-files' {}
