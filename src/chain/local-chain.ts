// The chain id of local chains, Hardhat's and anvil's: where keys that everybody knows, and proving keys without a ceremony, are as good
// as any.

export const LOCAL_CHAIN = 31337n;
