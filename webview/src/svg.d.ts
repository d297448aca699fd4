// Codicons are imported as their text, by esbuild's loader, and become elements of the page: no font, no image to fetch.
declare module "*.svg" {
  const text: string;
  export default text;
}
