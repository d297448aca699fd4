// The part of node-gyp-build that loadAddon.ts uses; the package brings no types.
declare module "node-gyp-build" {
  const nodeGypBuild: {
    /** The addon's file for this platform under `folder`; throws an Error that begins "No native build was found". */
    resolve(folder: string): string;
  };
  export default nodeGypBuild;
}
