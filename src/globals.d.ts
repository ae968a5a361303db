/** The package's version, put in by the build. */
declare const LEADPUSH_VERSION: string;
