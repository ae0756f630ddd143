/** The version of this package, for whoever composes a program of it. */
export { packageVersion } from '../node/package-version.ts';
