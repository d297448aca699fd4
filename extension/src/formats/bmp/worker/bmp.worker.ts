// Entry of the thread that decodes pictures: opens the source that it was started with and passes messages on.
// Ends when its host ends it; a fault of ours ends it too, and the host starts another.
import { parentPort, workerData } from "node:worker_threads";
import { attachReader } from "../../../engine/attachReader";
import type { PictureSource, ToPictures } from "./messages";
import { PictureServer } from "./pictureServer";

const port = parentPort;
if (port === null) throw new Error("This is the entry of a worker thread");
const source = workerData as PictureSource;

const server = new PictureServer(attachReader(source), (message, transfer) => port.postMessage(message, transfer));

port.on("message", (message: ToPictures) => {
  switch (message.kind) {
    case "ask":
      server.ask(message.id, message.ask, message.raw);
      return;
    case "cancel":
      server.cancel(message.id);
      return;
    default:
      message satisfies never;
  }
});
