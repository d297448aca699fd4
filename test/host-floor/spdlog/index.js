// Stands in for the native @vscode/spdlog in the test host only: the same calls, plain synchronous appends.
// VS Code imports it from an ES module, so each export is a plain assignment that Node's CommonJS analysis can see.
const fs = require("fs");
const path = require("path");

const levels = ["trace", "debug", "info", "warn", "error", "critical"];
const labels = { warn: "warning" };

class Logger {
  constructor(_type, _name, file) {
    this.file = file;
    this.level = levels.indexOf("info");
    this.raw = false;
  }

  write(level, message) {
    if (level < this.level) return;
    const label = labels[levels[level]] ?? levels[level];
    const time = new Date().toISOString().replace("T", " ").replace("Z", "");
    try {
      fs.appendFileSync(this.file, this.raw ? message : `${time} [${label}] ${message}\n`);
    } catch {
      // A log that cannot be written must never fail a test.
    }
  }

  getLevel() {
    return this.level;
  }

  setLevel(level) {
    this.level = level;
  }

  clearFormatters() {
    this.raw = true;
  }

  setPattern() {}
  flush() {}
  drop() {}
}

levels.forEach((name, level) => {
  Logger.prototype[name] = function (message) {
    this.write(level, message);
  };
});

async function createLogger(name, file) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  return new Logger("", name, file);
}

exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = createLogger;
exports.createAsyncRotatingLogger = createLogger;
