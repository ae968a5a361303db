// The built-in providers, one line each: their folder. Everything else reads this list.
export { builtIn as anarock } from './anarock/index.ts';
export { builtIn as leadsquared } from './leadsquared/index.ts';
export { builtIn as paramantra } from './paramantra/index.ts';
