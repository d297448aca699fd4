// Style sheets are imported for esbuild, which writes them to dist/webview/main.css.
declare module "*.css";
