// Entry point of the native tests; the cases live in *_test.cc beside this file. Says which case begins, at
// once: what reads that (scripts/lib/results.mjs) can name the one during which a program hung or died.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <ostream>

#include "doctest/doctest.h"

namespace {

class Beginnings : public doctest::IReporter {
 public:
  explicit Beginnings(const doctest::ContextOptions& options) : out_(*options.cout) {}
  // Flushed, so that it stands in order with what the reporter writes there.
  void test_case_start(const doctest::TestCaseData& test) override {
    out_ << "begins: " << test.m_name << std::endl;
  }

  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {}
  void test_run_end(const doctest::TestRunStats&) override {}
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_end(const doctest::CurrentTestCaseStats&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}

 private:
  std::ostream& out_;
};

DOCTEST_REGISTER_LISTENER("beginnings", 1, Beginnings);

}  // namespace
