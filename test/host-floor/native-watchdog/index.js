// Stands in for the native watchdog in the test host only: ends this process when its parent is gone.
const pollMs = 1000;

exports.start = (parentPid) => {
  const timer = setInterval(() => {
    try {
      process.kill(parentPid, 0);
    } catch {
      process.exit(87);
    }
  }, pollMs);
  timer.unref();
};
