// A signer whose transactions leave in one way, its owner's, and which signs nothing else.

import { AbstractSigner, type Signer, type TransactionRequest, type TransactionResponse } from "ethers";
import { fail } from "../errors.ts";
import type { Hex } from "./types.ts";

export class SendingSigner extends AbstractSigner {
  readonly #signer: Signer;
  readonly #send: (tx: TransactionRequest) => Promise<TransactionResponse>;

  constructor(signer: Signer, send: (tx: TransactionRequest) => Promise<TransactionResponse>) {
    super(signer.provider);
    this.#signer = signer;
    this.#send = send;
  }

  getAddress(): Promise<Hex> {
    return this.#signer.getAddress();
  }

  connect(): Signer {
    return this;
  }

  override sendTransaction(tx: TransactionRequest): Promise<TransactionResponse> {
    return this.#send(tx);
  }

  signTransaction(): never {
    return fail("LIMIT_REACHED", {
      what: "signatures",
      limit: "those of what it sends itself",
      actual: "one",
    });
  }

  signMessage(): never {
    return this.signTransaction();
  }

  signTypedData(): never {
    return this.signTransaction();
  }
}
