// What the finder of edit logs shares with the document that replays them: the lock, and the question whether
// a file is the version that a log belongs to. Knows no document. Thread rule: any thread.
#pragma once

#include "native/core/edit_log.h"
#include "native/core/edit_log_reader.h"

namespace terahex {

// Waits a moment for those who only look. kBusy: the log is live.
Status LockEditLog(MapRegion& log);

// Where a commit was under way when the process died, and no recovery has noted its end, the file's bytes
// decide.
Result<EditLogState> JudgeEditLog(FileSystem& file_system, MapRegion& log, const EditLogReader& reader,
                                  const MapRegion& file, const PathInfo& info);

}  // namespace terahex
