// Brings what many threads find into ascending order and hands it on as it comes. Bounded: a thread that is
// far ahead waits. Knows nothing of searching. Thread rule: any thread; each item belongs to one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "native/core/scan/run_reader.h"

namespace terahex {

template <typename Hit>
class OrderedHits {
 public:
  // Called by one thread at a time, in order. False: enough.
  using Receive = std::function<bool(std::vector<Hit>& hits)>;
  static constexpr size_t kMostWaiting = 256 << 10;  // hits

  OrderedHits(ScanSignal& signal, Receive receive) : signal_(signal), receive_(std::move(receive)) {}

  // Hits of item `index`, in order; takes them. Waits while too much is waiting and other items come first.
  void Add(uint64_t index, std::vector<Hit>* hits) {
    if (hits->empty()) return;
    std::unique_lock lock(mutex_);
    // Woken now and then: nobody tells this of a cancelled scan.
    while (index != head_ && waiting_ >= kMostWaiting && !signal_.stop())
      moved_.wait_for(lock, std::chrono::milliseconds(10));
    if (index == head_) {
      Deliver(hits);
    } else {
      std::vector<Hit>& kept = items_[index].hits;
      waiting_ += hits->size();
      kept.insert(kept.end(), hits->begin(), hits->end());
    }
    hits->clear();
  }

  // Nothing more comes from item `index`.
  void Finish(uint64_t index) {
    std::lock_guard lock(mutex_);
    items_[index].finished = true;
    for (auto first = items_.begin(); first != items_.end() && first->first == head_;) {
      Flush(first->second);
      if (!first->second.finished) break;
      first = items_.erase(first);
      ++head_;
    }
    moved_.notify_all();
  }

 private:
  struct Item {
    std::vector<Hit> hits;
    bool finished = false;
  };

  void Flush(Item& item) {
    waiting_ -= item.hits.size();
    if (!item.hits.empty()) Deliver(&item.hits);
    item.hits.clear();
  }
  void Deliver(std::vector<Hit>* hits) {
    if (signal_.stop()) return;
    if (!receive_(*hits)) signal_.enough = true;
  }

  ScanSignal& signal_;
  const Receive receive_;
  std::mutex mutex_;
  std::condition_variable moved_;
  uint64_t head_ = 0;  // the item whose hits go straight on
  size_t waiting_ = 0;
  std::map<uint64_t, Item> items_;
};

}  // namespace terahex
