// What libraries say of a failure, without what may be secret in the addresses that they quote.

/**
 * Of every address with a scheme, leaves scheme and host: names and passwords stand before the host, and keys of L1 providers in
 * the path or the query.
 */
export function withoutUrls(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)(?:[^\s"'\\/]*@)?([^\s"'\\/?#,)]*)[^\s"'\\,)]*/gi, "$1$2");
}
