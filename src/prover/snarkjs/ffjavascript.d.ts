// What this project uses of ffjavascript, which comes without types, and of WebAssembly's memory, which Node's types leave out.

declare module "ffjavascript" {
  export interface Curve {
    readonly tm: {
      readonly memory: WebAssembly.Memory;
      readonly instance: WebAssembly.Instance;
      /** The WASM that does the arithmetic; kept only by an instance without worker threads. */
      readonly code: Uint8Array;
    };
    readonly G1: CurveGroup;
    readonly G2: CurveGroup;
    readonly Fr: CurveField;
    terminate(): Promise<void>;
  }

  export interface CurveGroup {
    /** Generator, affine, coordinates little-endian in Montgomery form. */
    readonly gAffine: Uint8Array;
  }

  export interface CurveField {
    /** `w[k]` is a primitive root of unity of order `2^k`, in Montgomery form. */
    readonly w: readonly Uint8Array[];
    /** Addresses of two operands and a result. */
    readonly pOp1: number;
    readonly pOp2: number;
    readonly pOp3: number;
    mul(a: Uint8Array, b: Uint8Array): Uint8Array;
    add(a: Uint8Array, b: Uint8Array): Uint8Array;
    sub(a: Uint8Array, b: Uint8Array): Uint8Array;
    square(a: Uint8Array): Uint8Array;
    /** To Montgomery form. */
    e(value: Uint8Array | bigint | number): Uint8Array;
    toObject(element: Uint8Array): bigint;
  }

  /** Without worker threads if `singleThread`; else the one instance that the process shares. */
  export function buildBn128(singleThread?: boolean): Promise<Curve>;
}

declare namespace WebAssembly {
  interface Memory {
    /** Adds pages of 64 KiB; returns how many there were. */
    grow(pages: number): number;
  }

  const Memory: new (limits: { readonly initial: number }) => Memory;
}
