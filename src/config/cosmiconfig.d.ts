// cosmiconfig marks its explorers as internal and strips their types; we use them because they run no code (see
// explorer.ts).
declare module 'cosmiconfig/dist/ExplorerSync.js' {
  import type { CosmiconfigResult, LoaderSync } from 'cosmiconfig';

  export class ExplorerSync {
    constructor(options: {
      readonly moduleName: string;
      readonly stopDir: string;
      readonly searchPlaces: string[];
      readonly searchStrategy: 'none';
      readonly ignoreEmptySearchPlaces: boolean;
      readonly applyPackagePropertyPathToConfiguration: boolean;
      readonly loaders: Readonly<Record<string, LoaderSync>>;
      readonly transform: (result: CosmiconfigResult) => CosmiconfigResult;
      readonly cache: boolean;
      readonly metaConfigFilePath: null;
      readonly mergeImportArrays: boolean;
      readonly mergeSearchPlaces: boolean;
      readonly packageProp: string;
    });
    search(from: string): CosmiconfigResult;
  }
}
