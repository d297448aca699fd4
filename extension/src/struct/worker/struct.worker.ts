// Entry of the interpreter's thread: opens the source that it was started with and passes messages on. Everything else is in
// interpreter.ts. Ends when its host ends it; a fault of ours ends it too, and the host says so and starts another.
import { parentPort, workerData } from "node:worker_threads";
import { attachReader } from "../../engine/attachReader";
import { defaultLimits } from "../limits";
import { Interpreter, workerLimits } from "./interpreter";
import { parseToInterpreter, type FromInterpreter, type WorkerSetup } from "./messages";

const port = parentPort;
if (port === null) throw new Error("This is the entry of a worker thread");
const { source, maxIndexBytes = defaultLimits.maxIndexBytes } = workerData as WorkerSetup;

const interpreter = new Interpreter(attachReader(source), (message: FromInterpreter) => port.postMessage(message), {
  ...workerLimits,
  maxIndexBytes,
});

port.on("message", (raw: unknown) => {
  const message = parseToInterpreter(raw);
  switch (message.kind) {
    case "question":
      void interpreter.ask(message.id, message.body);
      return;
    case "cancel":
      interpreter.cancel(message.id);
      return;
    case "stopCounting":
      interpreter.stopCounting(message.path);
      return;
    default:
      message satisfies never;
  }
});
