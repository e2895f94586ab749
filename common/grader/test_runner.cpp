#include "grader/test_runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/test/framework.hpp>
#include <boost/test/results_collector.hpp>
#include <boost/test/results_reporter.hpp>
#include <boost/test/tree/observer.hpp>
#include <boost/test/tree/test_unit.hpp>
#include <boost/test/unit_test_log.hpp>
#include <boost/test/unit_test_monitor.hpp>
#include <iostream>
#include <sstream>

namespace cnn::grader {
namespace {

namespace ut = boost::unit_test;

// "the_handout_s_example" → "the handout's example".
std::string spaced(std::string text) {
    std::ranges::replace(text, '_', ' ');
    for (std::size_t at; (at = (text + ' ').find(" s ")) != text.npos;) text[at] = '\'';
    return text;
}

// "task_4_3" → "4.3"; empty for other suites.
std::string task_number(const std::string& suite) {
    if (!suite.starts_with("task_")) return {};
    std::string number = suite.substr(5);
    std::ranges::replace(number, '_', '.');
    return number;
}

// The task a test belongs to, and its name: "odd sizes", or "odd sizes 2" for the second case of a data test.
std::pair<std::string, std::string> place_of(const ut::test_unit& unit) {
    std::string name = unit.p_name.get();
    ut::test_unit_id parent = unit.p_parent_id;
    while (parent != ut::INV_TEST_UNIT_ID) {
        const ut::test_unit& suite = ut::framework::get(parent, ut::TUT_ANY);
        if (const std::string number = task_number(suite.p_name.get()); !number.empty()) return {number, spaced(name)};
        name = name.starts_with('_') ? fmt::format("{} {}", suite.p_name.get(), std::stoi(name.substr(1)) + 1)
                                     : suite.p_name.get() + " " + name;
        parent = suite.p_parent_id;
    }
    throw Error(fmt::format("the test {} stands in no suite task_N_M", unit.p_name.get()));
}

class Observer : public ut::test_observer {
public:
    explicit Observer(Session& session) : session_(session) {}

    void test_unit_start(const ut::test_unit& unit) override {
        if (unit.p_type != ut::TUT_CASE) return;
        const auto [task, name] = place_of(unit);
        session_.begin_test(task, name);
        log.str("");
    }
    void test_unit_finish(const ut::test_unit& unit, unsigned long microseconds) override {
        if (unit.p_type != ut::TUT_CASE) return;
        session_.end_test(static_cast<double>(microseconds) / 1e6);
    }
    void assertion_result(ut::assertion_result result) override {
        session_.count_check(result == ut::AR_PASSED);
        if (result != ut::AR_PASSED) session_.fail("a check of the test failed: " + log.str());
    }
    void exception_caught(const boost::execution_exception& error) override {
        session_.fail(fmt::format("the test itself broke: {}", std::string(error.what().begin(), error.what().end())));
    }
    void test_unit_aborted(const ut::test_unit&) override { session_.fail("the test itself was aborted"); }

    std::ostringstream log;

private:
    Session& session_;
};

bool nothing_to_set_up() { return true; }

}  // namespace

void run_tests(Session& session, const std::string& task) {
    std::string filter = "--run_test=*";
    if (!task.empty()) filter = "--run_test=task_" + task, std::ranges::replace(filter, '.', '_');
    std::string program = "judge", quiet = "--log_level=error", no_report = "--report_level=no",
                no_signals = "--catch_system_errors=no";
    std::vector<char*> arguments{program.data(), quiet.data(), no_report.data(), no_signals.data()};
    if (!task.empty()) arguments.push_back(filter.data());

    ut::framework::init(nothing_to_set_up, static_cast<int>(arguments.size()), arguments.data());
    ut::framework::finalize_setup_phase();
    ut::unit_test_monitor.register_exception_translator<Unanswered>([](const Unanswered&) {});
    Observer observer(session);
    ut::unit_test_log.set_stream(observer.log);
    ut::framework::register_observer(observer);
    set_session(&session);
    ut::framework::run();
    set_session(nullptr);
    ut::framework::deregister_observer(observer);
    ut::unit_test_log.set_stream(std::cerr);
}

}  // namespace cnn::grader
