// Random operations on a Document against a plain byte array: edits, undo, saves, saves as, backups, power
// cuts in the middle of a save with recovery, changes by others. Seeds are printed when a run fails;
// TERAHEX_MODEL_SEED repeats one, TERAHEX_MODEL_OPS sets how many operations all runs do together,
// TERAHEX_MODEL_STOP ends a run after that many (halve it until the failure goes away: a run's first n
// operations do not depend on n).
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "doctest/doctest.h"
#include "native/core/document.h"
#include "native/core/platform/map_region_memory.h"
#include "test/native/support/hooked_file_system.h"
#include "test/native/support/platforms.h"

namespace terahex {
namespace {

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 0) : otherwise;
}

struct ModelCase {
  const char* name;
  bool real_files;
  size_t page_size;
  DocumentTuning tuning;
  uint64_t largest;        // bytes the document may grow to
  uint32_t edits_weight;   // of 1000
  bool hard_link = false;  // a second name of the file: changes of length are shifted in place
  bool as_apfs = false;    // clones whole files, does not vouch for holes, fills what writes skip
};

std::span<const std::byte> Bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

// The document and what it should be. Every check returns an empty string or what is wrong.
class Model {
 public:
  Model(const ModelCase& config, uint64_t seed) : config_(config), random_(seed) {
    if (config.real_files) {
      folder_ = testing::MakeTempFolder(std::filesystem::temp_directory_path().string());
      file_system_ = &NativeFileSystem();
    } else {
      MemoryOptions options;
      options.page_size = config.page_size;
      options.clones_files = options.fills_gaps = config.as_apfs;
      options.vouches_for_holes = options.copies_stretches = !config.as_apfs;
      memory_ = std::make_unique<MemoryFileSystem>(options);
      folder_ = "/model";
      hooked_ = std::make_unique<HookedFileSystem>(*memory_);
      file_system_ = hooked_.get();
      REQUIRE(file_system_->MakeFolders(folder_).ok());
    }
    path_ = folder_ + "/file.bin";
    saved_content_ = Random(Below(200));
    Put(path_, saved_content_);
    if (config.hard_link) memory_->PutLink(folder_ + "/other.bin", path_);
    states_ = {saved_content_};
    REQUIRE(Open());
  }
  ~Model() {
    document_.reset();
    if (config_.real_files) std::filesystem::remove_all(folder_);
  }

  std::string Step() {
    const uint64_t kind = Below(1000);
    std::string wrong;
    if (kind < config_.edits_weight) {
      wrong = Edit();
    } else {
      wrong = Other();
    }
    if (wrong.empty()) wrong = Check(Below(50) == 0);
    return wrong;
  }
  std::string Finish() { return Check(true); }
  const std::string& last() const { return last_; }

 private:
  uint64_t Below(uint64_t limit) { return limit == 0 ? 0 : random_() % limit; }
  std::string Random(uint64_t length) {
    std::string bytes(static_cast<size_t>(length), '\0');
    for (char& c : bytes) c = static_cast<char>(random_());
    return bytes;
  }
  std::string& content() { return states_[position_]; }

  void Put(const std::string& path, const std::string& bytes) {
    auto region = file_system_->Open(path, OpenMode::kCreateExclusive);
    REQUIRE(region.ok());
    if (!bytes.empty()) REQUIRE((*region)->WriteAt(0, Bytes(bytes)).ok());
    REQUIRE((*region)->Sync().ok());
    REQUIRE(file_system_->SyncFolder(folder_).ok());
  }
  std::string Get(const std::string& path) {
    auto region = file_system_->Open(path, OpenMode::kRead);
    if (!region.ok()) return "cannot open " + path;
    std::string bytes(static_cast<size_t>(*(*region)->Size()), '\0');
    auto read = (*region)->ReadAt(0, std::as_writable_bytes(std::span(bytes)));
    return read.ok() ? bytes : "cannot read " + path;
  }
  bool Open() {
    DocumentOptions options;
    options.storage_folder = folder_ + "/storage";
    options.tuning = config_.tuning;
    auto opened = Document::Open(*file_system_, path_, options);
    if (!opened.ok()) return false;
    document_ = *opened;
    known_version_ = document_->version();
    shown_ = content();
    return true;
  }

  // A step was made: `next` is the content behind it.
  void Push(std::string next, bool joined) {
    if (joined) {
      content() = std::move(next);
      return;
    }
    states_.resize(position_ + 1);
    if (saved_ != Document::kNoPosition && saved_ > position_) saved_ = Document::kNoPosition;
    if (pending_ != Document::kNoPosition && pending_ > position_) pending_ = Document::kNoPosition;
    states_.push_back(std::move(next));
    ++position_;
  }

  std::string Edit() {
    const bool merge = Below(3) == 0;
    const std::string before = content();
    const uint64_t size = before.size();
    std::string next = before;
    Status status;
    uint64_t offset = Below(size + 1);
    if (merge && Below(2) == 0) offset = std::min<uint64_t>(typing_at_, size);
    uint64_t kind = Below(10);
    if (size > config_.largest && kind >= 4) kind = 3;
    bool may_join = merge;
    bool changed = true;
    switch (kind) {
      case 0:
      case 1:
      case 2: {
        const std::string bytes = Random(1 + Below(Below(4) == 0 ? 40 : 3));
        last_ = "overwrite " + std::to_string(offset) + " " + std::to_string(bytes.size());
        status = document_->Overwrite(offset, Bytes(bytes), merge);
        next.replace(offset, bytes.size(), bytes);
        typing_at_ = offset + bytes.size();
        break;
      }
      case 3: {
        uint64_t length = std::min<uint64_t>(size - offset, Below(Below(10) == 0 ? size + 1 : 12));
        if (merge && Below(2) == 0 && offset > 0) {  // backspace
          offset -= 1;
          length = 1;
        }
        last_ = "erase " + std::to_string(offset) + " " + std::to_string(length);
        status = document_->Erase(offset, length, merge);
        next.erase(offset, length);
        typing_at_ = offset;
        changed = length > 0;
        break;
      }
      case 4:
      case 5:
      case 6: {
        const std::string bytes = Random(1 + Below(Below(4) == 0 ? 40 : 3));
        last_ = "insert " + std::to_string(offset) + " " + std::to_string(bytes.size());
        status = document_->Insert(offset, Bytes(bytes), merge);
        next.insert(offset, bytes);
        typing_at_ = offset + bytes.size();
        break;
      }
      default: {
        const bool insert = kind == 9;
        const std::string pattern = Below(3) == 0 ? std::string(1, '\0') : Random(1 + Below(12));
        const uint64_t length = insert ? Below(60) : Below(size - offset + 1);
        last_ = std::string(insert ? "insert-fill " : "fill ") + std::to_string(offset) + " " +
                std::to_string(length);
        std::string filling;
        for (uint64_t i = 0; i < length; ++i) filling += pattern[i % pattern.size()];
        status = insert ? document_->InsertFill(offset, length, Bytes(pattern))
                        : document_->Fill(offset, length, Bytes(pattern));
        if (insert) {
          next.insert(offset, filling);
        } else {
          next.replace(offset, length, filling);
        }
        may_join = false;
        changed = length > 0;
      }
    }
    if (!status.ok()) return "failed: " + status.message();
    if (changed) {
      const bool joined = position_ != pending_ && position_ != saved_ &&
                          (grouped_ ? group_has_step_ : may_join && joinable_);
      Push(std::move(next), joined);
      joinable_ = true;
      group_has_step_ = grouped_;
    }
    return {};
  }

  std::string Other() {
    switch (Below(16)) {
      case 0:
      case 1:
      case 2: {  // undo
        if (position_ == 0) return {};
        const uint64_t target = position_ - 1;
        return Seek(target);
      }
      case 3:
      case 4:
        return position_ + 1 < states_.size() ? Seek(position_ + 1) : std::string();
      case 5:
        return Seek(Below(states_.size()));
      case 6:
      case 7: {
        return Commit();
      }
      case 8: {
        if (Below(4) != 0) return {};
        last_ = "reopen";
        if (grouped_) EndGroup();
        return Reopen();
      }
      case 9: {
        const std::string target = folder_ + "/copy.bin";
        last_ = "save as";
        auto outcome = document_->SaveAs(target, {});
        if (!outcome.ok()) return "failed: " + outcome.status().message();
        if (Get(target) != content()) return "the copy is not the document";
        const uint64_t start = Below(content().size() + 1);
        const uint64_t end = start + Below(content().size() - start + 1);
        last_ = "export " + std::to_string(start) + " " + std::to_string(end);
        outcome = document_->Export(start, end, target, {});
        if (!outcome.ok()) return "failed: " + outcome.status().message();
        return Get(target) == content().substr(start, end - start) ? "" : "the export is not the range";
      }
      case 10: {
        last_ = "revert";
        const std::string held = Get(path_);
        Status status = document_->Revert();
        if (!status.ok()) return "failed: " + status.message();
        if (saved_ == Document::kNoPosition) {
          Push(held, false);
          saved_ = position_;
        } else {
          position_ = saved_;
        }
        Sealed();
        return content() == held ? "" : "the model is wrong about what the file holds";
      }
      case 11: {
        last_ = "backup and restore";
        if (grouped_) EndGroup();
        const std::string backup = folder_ + "/backup";
        Status status = document_->Backup(backup);
        if (!status.ok()) return "failed: " + status.message();
        const std::string held = Get(path_);
        const std::string wanted = content();
        document_->Close();
        states_ = {held};
        position_ = saved_ = 0;
        if (!Open()) return "cannot reopen";
        status = document_->Restore(backup);
        if (!status.ok()) return "failed: " + status.message();
        Push(wanted, false);
        Sealed();
        return {};
      }
      case 12:
        return Below(4) == 0 ? CutPower() : std::string();
      case 13:
        return Below(4) == 0 ? ChangeOutside() : std::string();
      case 14: {
        last_ = "seal";
        document_->SealStep();
        Sealed();
        return {};
      }
      default: {
        last_ = grouped_ ? "end step" : "begin step";
        if (grouped_) {
          EndGroup();
        } else {
          document_->BeginStep();
          grouped_ = true;
          Sealed();
        }
        return {};
      }
    }
  }

  // In the middle of the commit, before each write to the file or journal, the user may go on: edit, undo,
  // look. Or a write fails.
  std::string Commit() {
    const std::string held = Get(path_);
    const std::string saving = content();
    pending_ = position_;
    Sealed();
    std::string wrong;
    int64_t until_failure = Below(4) == 0 ? static_cast<int64_t>(Below(12)) : -1;
    const uint64_t busy = Below(3) == 0 ? 2 : 0;
    if (hooked_) {
      hooked_->hook = [&](const std::string& path) -> Status {
        if (path.find("/terahex-edits-") != std::string::npos || !wrong.empty()) return {};
        if (until_failure >= 0 && until_failure-- == 0) return Status(Code::kIo, "made to fail");
        if (busy == 0 || Below(busy) != 0 || commit_edits_++ > 20) return {};
        wrong = Below(2) == 0 ? Edit() : Seek(Below(states_.size()));
        // A file whose bytes are being moved makes readers wait for the end, and this thread is the one that
        // ends it.
        if (wrong.empty() && !config_.hard_link) wrong = Check(false);
        return {};
      };
      commit_edits_ = 0;
    }
    in_commit_ = true;
    auto outcome = document_->Commit({});
    in_commit_ = false;
    if (hooked_) hooked_->hook = {};
    last_ = outcome.ok() ? std::string("commit ") + HowName(outcome->how) : "failing commit";
    if (!wrong.empty()) return "during the commit: " + wrong;
    const uint64_t pending = std::exchange(pending_, Document::kNoPosition);
    if (!outcome.ok()) {
      if (outcome.status().message().find("made to fail") == std::string::npos)
        return outcome.status().message();
      return Get(path_) == held ? "" : "the failed commit left its traces in the file";
    }
    saved_ = pending;
    if (position_ == saved_) joinable_ = group_has_step_ = false;
    return Get(path_) == saving ? "" : "the file is not the document";
  }

  // What the file holds, with nothing unsaved and no history.
  std::string Reopen() {
    document_->Close();
    document_.reset();
    states_ = {Get(path_)};
    position_ = saved_ = 0;
    if (!Open()) return "cannot reopen";
    Sealed();
    return {};
  }

  // The machine dies at a random step of a save, or right behind it.
  std::string CutPower() {
    if (!memory_) return {};
    if (grouped_) EndGroup();
    const std::string held = Get(path_);
    const std::string saving = content();
    const CrashPolicy policies[] = {CrashPolicy::kKeepAll, CrashPolicy::kLoseUnsynced, CrashPolicy::kRandom};
    memory_->StopAfter(Below(40));
    const auto outcome = document_->Commit({});
    const bool saved = outcome.ok() && outcome->not_kept.empty();  // else it says that it may not last
    // Pages smaller than a sector tear inside the blocks by which a recovery tells old from new.
    memory_->Crash(policies[Below(config_.page_size < 512 ? 2 : 3)], random_());
    last_ = saved ? "power cut after a save" : "power cut in a save";
    auto recovered = Recover(*file_system_, folder_ + "/storage", path_);
    if (!recovered.ok()) return "not recovered: " + recovered.status().message();
    const std::string now = Get(path_);
    if (now != saving && (saved || now != held)) return "the file holds neither the old nor the new content";
    auto left = FindJournal(*file_system_, folder_ + "/storage", path_);
    if (!left.ok() || !left->journal_path.empty()) return "a journal waits after the recovery";
    return Reopen();
  }

  // Another program writes to the file; the document takes the file as it is, or its edits onto it.
  std::string ChangeOutside() {
    if (grouped_) EndGroup();
    // Not in the very seconds in which the end of a record waits for its write-back (decision 0003).
    if (memory_) memory_->WriteBack();
    const uint64_t size = Get(path_).size();
    const bool rebase = Below(2) == 0 && size > 0;
    const uint64_t at = Below(rebase ? size : size + 1);
    std::string theirs = Random(1 + Below(20));
    if (rebase) theirs.resize(static_cast<size_t>(std::min<uint64_t>(theirs.size(), size - at)));
    {
      auto region = file_system_->Open(path_, OpenMode::kReadWrite);
      if (!region.ok()) return "cannot write from outside";
      REQUIRE((*region)->WriteAt(at, Bytes(theirs)).ok());
      if (!rebase && Below(3) == 0) REQUIRE((*region)->SetSize(Below(size + 1)).ok());
      REQUIRE((*region)->Sync().ok());
    }
    if (document_->CheckOutside() == Outside::kSame) return "the outside change went unnoticed";
    if (document_->dirty()) {
      auto refused = document_->Commit({});
      const bool nothing =
          refused.ok() && refused->how == CommitHow::kNothing;  // unsaved steps that cancel out
      if (!nothing && refused.status().code() != Code::kChanged)
        return "a save over another program's change";
    }
    if (rebase) return Rebase(theirs);
    last_ = "reload";
    Status status = document_->Reload();
    if (!status.ok()) return "failed: " + status.message();
    states_ = {Get(path_)};
    position_ = saved_ = 0;
    Sealed();
    Follow(true);
    return Check(true);
  }

  // Which byte of an older step is the file's and which an edit's is rebase_model_test's to know; here each
  // is as it was or one of `theirs`, and from then on the steps are what they were shown as.
  std::string Rebase(const std::string& theirs) {
    last_ = "rebase";
    auto rebased = document_->Rebase();
    if (!rebased.ok()) return "failed: " + rebased.status().message();
    const std::vector<std::string> before = std::exchange(states_, {});
    const uint64_t stood = position_;
    const uint64_t stands = document_->position();
    for (uint64_t step = 0; step <= document_->last_position(); ++step) {
      if (!document_->Seek(step).ok()) return "a step cannot be reached";
      std::string shown(static_cast<size_t>(document_->size()), '!');
      auto info = document_->Read(0, std::as_writable_bytes(std::span(shown)));
      if (!info.ok() || info->length != shown.size()) return "a step cannot be read";
      states_.push_back(std::move(shown));
      if (!rebased->history_kept && step != stands) continue;
      const std::string& was = before[rebased->history_kept ? step : stood];
      if (states_[step].size() != was.size()) return "a step changed its size";
      for (size_t i = 0; i < was.size(); ++i) {
        if (states_[step][i] != was[i] && theirs.find(states_[step][i]) == std::string::npos)
          return "a byte from nowhere in step " + std::to_string(step);
      }
    }
    if (!document_->Seek(stands).ok()) return "the present step cannot be reached";
    std::string shown(static_cast<size_t>(document_->size()), '!');
    if (!document_->Read(0, std::as_writable_bytes(std::span(shown))).ok()) return "cannot be read";
    auto saved = document_->Commit({});
    if (!saved.ok()) return "failed: " + saved.status().message();
    if (Get(path_) != shown) return "the file is not the rebased document";
    return Reopen();
  }

  void Sealed() { joinable_ = group_has_step_ = false; }
  void EndGroup() {
    document_->EndStep();
    grouped_ = false;
    Sealed();
  }
  std::string Seek(uint64_t target) {
    last_ = "seek " + std::to_string(target);
    Status status = document_->Seek(target);
    if (!status.ok()) return "failed: " + status.message();
    position_ = target;
    Sealed();
    return {};
  }

  // A view that is kept up to date with ChangesSince alone.
  void Follow(bool all) {
    Changes changes = document_->ChangesSince(known_version_);
    known_version_ = changes.version;
    if (changes.all || all) {
      shown_ = content();
      return;
    }
    for (const Change& change : changes.changes) {
      shown_.replace(change.offset, change.old_length,
                     std::string(static_cast<size_t>(change.new_length), '?'));
    }
    for (size_t i = 0; i < shown_.size() && i < content().size(); ++i) {
      if (shown_[i] == '?') shown_[i] = content()[i];
    }
  }

  std::string Check(bool whole) {
    const std::string& expected = content();
    if (document_->size() != expected.size()) {
      return "size " + std::to_string(document_->size()) + ", not " + std::to_string(expected.size());
    }
    if (document_->position() != position_) return "position " + std::to_string(document_->position());
    if (document_->last_position() != states_.size() - 1) return "last position";
    if (document_->saved_position() != saved_)
      return "saved position " + std::to_string(document_->saved_position());
    const uint64_t offset = whole ? 0 : Below(expected.size() + 1);
    const uint64_t length = whole ? expected.size() + 5 : Below(64);
    std::string bytes(static_cast<size_t>(length), '!');
    auto info = document_->Read(offset, std::as_writable_bytes(std::span(bytes)));
    if (!info.ok()) return "read failed: " + info.status().message();
    bytes.resize(info->length);
    if (bytes != expected.substr(offset, length))
      return "other bytes in the window at " + std::to_string(offset);
    if (!info->unreadable.empty()) return "unreadable bytes";
    uint64_t end = offset;
    for (const ByteRange& range : info->unsaved) {
      if (range.start < end || range.empty() || range.end > offset + info->length)
        return "ranges of unsaved bytes";
      end = range.end;
    }
    // While a commit overwrites the file, the content of the step saved last is in the edit buffer.
    if (!in_commit_ && position_ == saved_ && !info->unsaved.empty())
      return "unsaved bytes in a saved document";
    Follow(false);
    if (whole) {
      if (shown_ != expected) return "the changes told do not lead to the content";
      auto extents = document_->Extents(0, expected.size(), 1000000);
      if (!extents.ok()) return "extents failed: " + extents.status().message();
      uint64_t at = 0;
      for (const ByteRange& range : *extents) {
        if (range.start < at || range.empty() || range.end > expected.size()) return "extents out of order";
        if (expected.find_first_not_of('\0', at) < range.start) return "data outside the extents";
        at = range.end;
      }
      if (expected.find_first_not_of('\0', at) != std::string::npos) return "data behind the extents";
    }
    return {};
  }

  const ModelCase& config_;
  std::mt19937_64 random_;
  std::unique_ptr<MemoryFileSystem> memory_;
  std::unique_ptr<HookedFileSystem> hooked_;
  FileSystem* file_system_ = nullptr;
  std::string folder_;
  std::string path_;
  std::shared_ptr<Document> document_;
  std::string saved_content_;
  std::vector<std::string> states_;  // content at each position
  uint64_t position_ = 0;
  uint64_t saved_ = 0;
  uint64_t pending_ = Document::kNoPosition;  // while a commit runs
  bool in_commit_ = false;
  uint64_t commit_edits_ = 0;
  uint64_t known_version_ = 0;
  std::string shown_;
  uint64_t typing_at_ = 0;
  bool joinable_ = false;
  bool grouped_ = false;
  bool group_has_step_ = false;
  std::string last_;
};

constexpr DocumentTuning kTiny{16, 64, 4};
constexpr DocumentTuning kSmall{512, 2048, 8};
const ModelCase kCases[] = {
    {"memory, 8-byte pages, everything tiny", false, 8, kTiny, 400, 800},
    {"memory, 64-byte pages, mostly saves", false, 64, kSmall, 1000, 500},
    {"memory, default sizes", false, 4096, {}, 3000, 900},
    {"memory, 8-byte pages, a second name", false, 8, kTiny, 400, 800, true},
    {"memory, 8-byte pages, as APFS", false, 8, kTiny, 400, 800, false, true},
    {"real files", true, 0, kTiny, 6000, 960},
};

TEST_CASE("Model: a document behaves as a plain array of bytes") {
  const uint64_t total = FromEnvironment("TERAHEX_MODEL_OPS", 1000000);
  const uint64_t stop = FromEnvironment("TERAHEX_MODEL_STOP", UINT64_MAX);
  const uint64_t fixed_seed = FromEnvironment("TERAHEX_MODEL_SEED", 0);
  constexpr uint64_t kRun = 2500;  // operations of one document's life
  std::random_device device;
  uint64_t done = 0;
  for (uint64_t run = 0; done < total; ++run) {
    const uint64_t seed = fixed_seed != 0 ? fixed_seed : (uint64_t{device()} << 32) | device() | 1;
    // The seed chooses the configuration too, so that it alone repeats a run. Real files wait for the
    // disk: one run in forty.
    const ModelCase& config = kCases[(seed >> 8) % 40 == 0 ? 5 : (seed >> 8) % 5];
    Model model(config, seed);
    for (uint64_t i = 0; i < kRun && i < stop && done < total; ++i, ++done) {
      const std::string wrong = model.Step();
      if (!wrong.empty()) {
        FAIL("seed " << seed << " (" << std::string(config.name) << "), operation " << i << ", "
                     << model.last() << ": " << wrong);
      }
    }
    const std::string wrong = model.Finish();
    if (!wrong.empty())
      FAIL("seed " << seed << " (" << std::string(config.name) << ") at the end: " << wrong);
    if (fixed_seed != 0) break;
  }
  MESSAGE(done << " operations");
}

}  // namespace
}  // namespace terahex
