// Stands in for the native @vscode/windows-registry in the test host only: a registry that holds nothing.
exports.GetStringRegKey = () => undefined;
exports.GetDWORDRegKey = () => undefined;
