// Shapes of what clients send, as zod schemas: compiled once, lower-cased, integers as bigints.

import { z } from "zod";
import type { BlockTag } from "../l2/types.ts";

const lowerCase = (value: string) => value.toLowerCase();

export const quantity = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,64}$/, "expected a 0x hex quantity")
  .transform(BigInt);
/** A quantity that counts something: small enough for a number. */
export const count = quantity.refine((value) => value <= 0xffffffffn, "expected a smaller quantity");
export const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "expected an address")
  .transform(lowerCase);
export const hash = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, "expected 32 bytes in 0x hex")
  .transform(lowerCase);
/** As it comes: the codec reads every byte of it. */
export const raw = z.string().regex(/^0x[0-9a-fA-F]*$/, "expected 0x hex");
export const bytes = z
  .string()
  .regex(/^0x([0-9a-fA-F]{2})*$/, "expected whole bytes in 0x hex")
  .transform(lowerCase);
/** Names a filter or a subscription. */
export const handle = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,64}$/)
  .transform(lowerCase);

export type BlockRef =
  | { readonly tag: BlockTag }
  | { readonly number: bigint }
  | { readonly hash: string; readonly number?: undefined };

const tag = z
  .enum(["earliest", "finalized", "safe", "latest", "pending"])
  .transform((value): BlockRef => ({ tag: value }));
const number = quantity.transform((value): BlockRef => ({ number: value }));

export const LATEST: BlockRef = { tag: "latest" };

/** A tag or a number. */
export const blockNumber = z.union([tag, number]);

const byHash = hash.transform((value): BlockRef => ({ hash: value }));

/** A tag, a number, a hash, or one of the two as EIP-1898 writes them. Every block here is canonical. */
export const block = z.union([
  tag,
  // Before the number: 32 bytes are a hash.
  byHash,
  number,
  z.strictObject({ blockNumber: quantity }).transform((value): BlockRef => ({ number: value.blockNumber })),
  z
    .strictObject({ blockHash: hash, requireCanonical: z.boolean().optional() })
    .transform((value): BlockRef => ({ hash: value.blockHash })),
]);

export const blockOrLatest = block.nullish().transform((value) => value ?? LATEST);

/** A transaction that has not been signed, as `eth_call` and `eth_estimateGas` take it. */
export const call = z
  .object({
    from: address.nullish(),
    to: address.nullish(),
    gas: quantity.nullish(),
    gasPrice: quantity.nullish(),
    maxFeePerGas: quantity.nullish(),
    maxPriorityFeePerGas: quantity.nullish(),
    value: quantity.nullish(),
    data: bytes.nullish(),
    input: bytes.nullish(),
  })
  .refine(
    ({ data, input }) => data == null || input == null || data === input,
    "data and input are not the same",
  );

export type Call = z.output<typeof call>;

/** Most alternatives in one place of a filter: geth's own bound for addresses. */
const MOST_ALTERNATIVES = 1000;

const oneOrMore = <T extends z.ZodType>(schema: T) =>
  z.union([schema.transform((value) => [value]), z.array(schema).max(MOST_ALTERNATIVES)]);

const topics = z.array(z.union([z.null(), oneOrMore(hash)])).max(4);

const criteria = {
  address: oneOrMore(address).nullish(),
  topics: topics.nullish(),
};

/** Which logs; an absent or empty place takes all. */
export const logCriteria = z.object(criteria);

export const logFilter = z
  .object({
    ...criteria,
    fromBlock: blockNumber.nullish(),
    toBlock: blockNumber.nullish(),
    blockHash: hash.nullish(),
  })
  .refine(
    ({ fromBlock, toBlock, blockHash }) => blockHash == null || (fromBlock == null && toBlock == null),
    "blockHash stands alone, without fromBlock and toBlock",
  );

export type LogCriteria = z.output<typeof logCriteria>;
export type LogFilter = z.output<typeof logFilter>;

export const nothing = z.tuple([]);
