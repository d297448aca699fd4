// Copies of files that nobody may write: by their mode, and on macOS by the flag of the Finder's "Locked",
// which a clone takes along. Thread rule: one thread.
#include <sys/stat.h>

#include "test/native/support/commit_files.h"

namespace terahex::test {

TEST_CASE("A copy of a file that nobody may write is whole, keeps the mode, and leaves nothing beside it") {
#if defined(__APPLE__)
  const std::initializer_list<unsigned> flags = {0u, unsigned{UF_IMMUTABLE}, unsigned{UF_APPEND}};
#else
  const std::initializer_list<unsigned> flags = {0u};
#endif
  for (const unsigned flag : flags) {
    CAPTURE(flag);
    Scratch scratch;
    Edit edit(RandomBytes(300'000, 1));
    edit.Begin().Keep(0, 200'000).Put("changed").Keep(200'007, 99'993);
    Put(scratch.at("from"), edit.before);
    REQUIRE(chmod(scratch.at("from").c_str(), 0440) == 0);
#if defined(__APPLE__)
    REQUIRE(chflags(scratch.at("from").c_str(), flag) == 0);
#endif
    auto file = OpenFile(scratch.at("from"), OpenMode::kRead);
    const FileIdentity before = *file->Identify();
    StringSource source(edit);
    auto outcome = WriteCopy(NativeFileSystem(), scratch.at("to"), *file, edit.stretches, source,
                             OptionsFor(scratch, *file));
    CHECK(*file->Identify() == before);
#if defined(__APPLE__)
    REQUIRE(chflags(scratch.at("from").c_str(), 0) == 0);
#endif
    INFO(outcome.status().message());
    REQUIRE(outcome.ok());
    CHECK(Get(scratch.at("to")) == edit.after);
    struct stat facts;
    REQUIRE(stat(scratch.at("to").c_str(), &facts) == 0);
    CHECK((facts.st_mode & 07777) == 0440);
    CHECK(NamesIn(scratch.journals()) == 0);
    CHECK(NamesIn(scratch.folder) == 3);
  }
}

}  // namespace terahex::test
