// What this project uses of packages that come without types, and of WebAssembly, which Node's types leave out.

declare module "circom2" {
  export interface RunnerOptions {
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    /** Folders that the compiler sees, by the names under which it sees them. */
    readonly preopens: Readonly<Record<string, string>>;
    readonly bindings: Readonly<Record<string, unknown>>;
  }

  export class CircomRunner {
    constructor(options: RunnerOptions);
    execute(wasm: Uint8Array): Promise<unknown>;
  }

  export const bindings: Readonly<Record<string, unknown>>;
}

declare module "circomlibjs" {
  export interface Poseidon {
    (inputs: readonly (bigint | Uint8Array)[]): Uint8Array;
    readonly F: { readonly zero: Uint8Array; toObject(element: Uint8Array): bigint };
  }

  export function buildPoseidon(): Promise<Poseidon>;
}

declare namespace WebAssembly {
  class Module {
    private constructor();
  }

  interface Memory {
    readonly buffer: ArrayBuffer;
  }

  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }

  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(module: Module, imports: Readonly<Record<string, object>>): Promise<Instance>;
}
