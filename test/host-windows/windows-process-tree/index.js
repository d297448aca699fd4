// Stands in for the native @vscode/windows-process-tree in the test host only: nothing runs.
exports.ProcessDataFlag = { None: 0, Memory: 1, CommandLine: 2 };
exports.getProcessTree = (_pid, tell) => tell(undefined);
exports.getProcessList = (_pid, tell) => tell([]);
