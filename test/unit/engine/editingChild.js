// The child process of editLog.test.ts: edits a document as told, one line each on standard output, until it is killed.
// Usage: node editingChild.js FILE STORAGE SCENARIO
"use strict";
const path = require("node:path");
const { NativeDocument, findEditLogs } = require("node-gyp-build")(path.join(__dirname, "../../.."));

const [file, storageFolder, scenario] = process.argv.slice(2);
const document = NativeDocument.open(file, { storageFolder, logEdits: true });
const say = (word) => process.stdout.write(`${word}\n`);
const bytes = (text) => Buffer.from(text, "latin1");

const scenarios = {
  /** Ten steps and one undo, then nothing: the parent kills within 150 ms. */
  edits: () => {
    for (let i = 0; i < 9; i++) document.overwrite(i * 100, bytes(`edit ${i}`));
    document.insert(5, bytes("an insertion"));
    document.erase(700, 50);
    document.seek(document.position - 1);
    say("edited");
  },
  /** Goes on counting, one edit in a millisecond; says what it has made. */
  counting: () => {
    let count = 0;
    setInterval(() => {
      const cell = Buffer.alloc(8);
      cell.writeUInt32LE(++count);
      document.overwrite(0, cell);
      say(String(count));
    }, 1);
  },
  /** Takes up what an earlier process left, and goes on. */
  goingOn: async () => {
    const [log] = await findEditLogs(storageFolder, file);
    await document.replay(log.logPath);
    document.overwrite(1, bytes("again"));
    say("edited");
  },
  /** Saves all of the file anew: long enough to be killed in the middle. */
  bigSave: async () => {
    document.fill(0, document.size, bytes("new "));
    say("saving");
    await document.commit();
    say("saved");
  },
  /** Saves, and edits while and after it saves. */
  saving: async () => {
    document.overwrite(0, bytes("saved"));
    const saved = document.commit();
    document.overwrite(10, bytes("during"));
    await saved;
    document.overwrite(20, bytes("after"));
    document.seek(document.position - 1);
    document.seek(document.position + 1);
    say("edited");
  },
};

setInterval(() => undefined, 1000);
void scenarios[scenario]();
