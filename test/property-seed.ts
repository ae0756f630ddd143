/**
 * Loaded before every test file: properties draw from one fixed seed, so that a test run is the same
 * each time. SHOAL_TEST_SEED=N looks elsewhere; a failure prints its own seed and path anyway.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.SHOAL_TEST_SEED ?? 1) });
