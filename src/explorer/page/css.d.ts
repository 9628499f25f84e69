// The bundler takes style sheets that the page imports.

declare module "*.css";
