// The judge against submissions that misbehave and programs that are no workers at all.
#include <unistd.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "grader/shell.hpp"
#include "tensor/file.hpp"

using cnn::grader::run_program;
using Json = nlohmann::json;

namespace {

const std::string bin = CNN_BINARY_DIR "/bin/";

struct Judged {
    int exit_code;
    Json report;
    const Json& task(std::size_t i) const { return report["tasks"][i]; }
    const Json& test(std::size_t i) const { return report["tasks"][0]["tests"][i]; }
};

Judged judge(const std::vector<std::string>& options, const std::string& deadline = "0.4") {
    std::vector<std::string> command{bin + "judge00", "--deadline", deadline, "--memory", "256"};
    command.insert(command.end(), options.begin(), options.end());
    const auto result = run_program(command, true);
    return {result.exit_code, result.output.empty() ? Json() : Json::parse(result.output)};
}

Judged judge_hostile(const std::string& behaviour, const std::string& deadline = "0.4") {
    setenv("CNN_HOSTILE", behaviour.c_str(), 1);
    return judge({"--worker", bin + "worker00-hostile", "--task", "0.1"}, deadline);
}

struct Hostile {
    std::string behaviour, status, words;
    friend std::ostream& operator<<(std::ostream& stream, const Hostile& h) { return stream << h.behaviour; }
};
const std::vector<Hostile> hostile{
    {"right", "passed", ""},
    {"prints_and_is_right", "passed", ""},
    {"prints_latin_1", "passed", ""},
    {"prints_half_a_letter", "passed", ""},
    {"throws_latin_1", "failed", "M\uFFFDll"},
    {"kills_its_judge", "passed", ""},
    {"borrows_from_the_table", "failed", "it called nn::operators().relu_forward, which in this lab is yours to write"},
    {"segmentation_fault", "crashed", "segmentation fault"},
    {"stack_overflow", "crashed", "calls itself without end"},
    {"division_by_zero", "crashed", "divided by zero"},
    {"abort", "crashed", "abort()"},
    {"double_free", "crashed", "freed twice"},
    {"exception_in_thread", "crashed", "an exception nobody caught"},
    {"own_signal_handler", "timed out", "never ends"},
    {"endless_loop", "timed out", "stopped after 0.4 s in loop, hostile.cpp:"},
    {"endless_loop_in_parallel_for", "timed out", "never ends"},
    {"sleep", "timed out", "never ends"},
    {"deadlock", "timed out", "never ends"},
    {"exit_0", "ended early", "exit code 0"},
    {"exit_3", "ended early", "exit code 3"},
    {"_exit_0", "ended early", "exit code 0"},
    {"exit_before_main", "ended early", "exit code 0"},
    {"memory_hog", "out of memory", "256 MiB"},
    {"huge_tensor", "out of memory", "256 MiB"},
    {"output_flood", "timed out", "never ends"},
    {"error_flood", "timed out", "never ends"},
    {"forged_lines", "failed", "values differ"},
    {"forged_answer", "failed", ""},
    {"garbage_answer", "failed", "cannot be read"},
    {"hangs_up", "ended early", "before it answered"},
    {"not_a_number", "failed", "A NaN"},
    {"infinity", "failed", "Infinity"},
    {"wrong_shape", "failed", "y has shape [5], expected [2, 2]"},
    {"no_elements", "failed", "y has shape [0], expected [2, 2]"},
    {"changes_its_input", "failed", "x was changed, although it is const"},
    {"uninitialized_tensor", "failed", "was this value ever written"},
    {"uninitialized_variable", "failed", "never set"},
    {"remembers_by_shape", "failed", "values differ"},
    {"goes_on_where_it_was", "failed", "values differ"},
    {"throws", "failed", "I give up"},
    {"throws_an_int", "failed", "not a std::exception"},
    {"index_outside", "failed", "is outside [0, 4)"},
    {"not_started", "not started", "task 0.1 is not started"},
    {"fork_bomb", "timed out", "never ends"},
    {"starts_a_shell", "failed", "values differ"},
};

}  // namespace

// Linking is only told here: `true` takes the linker's place.
cnn::grader::ShellResult link_borrower(const std::vector<std::string>& allowed) {
    std::vector<std::string> command{"sh", OWN_WORK, "00", "-"};
    command.insert(command.end(), allowed.begin(), allowed.end());
    for (const char* word : {"--", "true", BORROWING_OBJECT, "other.o"}) command.emplace_back(word);
    command.insert(command.begin(), {"sh", "-c", "exec \"$@\" 2>&1", "sh"});
    return run_program(command);
}

BOOST_AUTO_TEST_SUITE(hostile_submissions)

BOOST_DATA_TEST_CASE(get_their_verdict, boost::unit_test::data::make(hostile), h) {
    // Filling the memory takes its time on a busy machine.
    const Judged judged = judge_hostile(h.behaviour, h.status == "out of memory" ? "5" : "0.4");
    BOOST_TEST_REQUIRE(judged.report.is_object());
    const std::string status = judged.test(0)["status"], message = judged.test(0)["message"];
    BOOST_TEST(status == h.status, message);
    BOOST_TEST(message.find(h.words) != std::string::npos, message);
    BOOST_TEST(judged.exit_code == (h.status == "passed" ? 0 : 1));
    BOOST_TEST(judged.task(0)["points"].get<int>() < (h.status == "passed" ? 5 : 4));
}

// Each of these tries to reach something outside of its work, answers right where it could not, and wrong where it
// could.
const std::vector<std::string> attempts{
    "reads_its_judge",  "reads_the_workbook", "loads_other_libraries", "writes_files", "leaves_its_group",
    "starts_itself",    "raises_limits",      "signals_others",        "connects",     "borrows_memory",
    "changes_priority", "arms_signals",       "sees_secrets"};

BOOST_DATA_TEST_CASE(cannot_reach_beyond_their_work, boost::unit_test::data::make(attempts), behaviour) {
    setenv("SECRET_OF_THE_MACHINE", "token", 1);
    const Judged judged = judge_hostile(behaviour, "2");
    BOOST_TEST_REQUIRE(judged.report.is_object());
    const std::string status = judged.test(0)["status"], message = judged.test(0)["message"];
    BOOST_TEST(status == "passed", judged.test(0)["output"].get<std::string>() << message);
}

BOOST_DATA_TEST_CASE(cannot_as_another_user_either, boost::unit_test::data::make(attempts), behaviour) {
    const std::vector<std::string> as_nobody{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    std::vector<std::string> probe = as_nobody;
    probe.insert(probe.end(), {bin + "judge00", "--describe"});
    if (geteuid() != 0 || run_program(probe, true).exit_code != 0) return;  // the test above was as a user
    setenv("CNN_HOSTILE", behaviour.c_str(), 1);
    std::vector<std::string> command = as_nobody;
    command.insert(command.end(), {bin + "judge00", "--worker", bin + "worker00-hostile", "--task", "0.1"});
    const auto judged = run_program(command, true);
    BOOST_TEST_REQUIRE(!judged.output.empty());
    const Json test = Json::parse(judged.output)["tasks"][0]["tests"][0];
    BOOST_TEST(test["status"].get<std::string>() == "passed", test.dump());
}

#if defined(__x86_64__)
// 32-bit calls and those of x32 have other numbers, by which a filter could be passed. (A kernel without the first
// faults.)
BOOST_AUTO_TEST_CASE(of_another_architecture_are_ended) {
    BOOST_TEST(judge_hostile("calls_as_32_bit").test(0)["status"].get<std::string>() == "crashed");
    const Judged judged = judge_hostile("calls_as_x32");
    BOOST_TEST(judged.test(0)["status"].get<std::string>() == "crashed");
    const std::string message = judged.test(0)["message"];
    BOOST_TEST(message.starts_with("scale:"), message);
    BOOST_TEST(message.find("a system call of another architecture") != std::string::npos, message);
}
#endif

BOOST_AUTO_TEST_CASE(cannot_make_the_judge_grow) {
    setenv("CNN_HOSTILE", "answers_a_gigabyte", 1);
    const auto told = run_program({"sh", "-c", "ulimit -v 700000; exec \"$@\"", "sh", bin + "judge00", "--memory",
                                   "256", "--worker", bin + "worker00-hostile", "--task", "0.1"},
                                  true);
    BOOST_TEST(told.exit_code == 1);
    const Json report = Json::parse(told.output);
    BOOST_TEST(report["tasks"][0]["tests"][0]["message"].get<std::string>().find("cannot be read") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_kept_between_calls_is_named) {
    for (const std::string behaviour : {"remembers_by_shape", "goes_on_where_it_was"}) {
        const std::string diagnosis = judge_hostile(behaviour).test(0)["diagnosis"];
        BOOST_TEST(diagnosis.find("Something is kept from one call to the next") != std::string::npos, behaviour);
    }
    BOOST_TEST(judge_hostile("forged_lines").test(0)["diagnosis"].get<std::string>().find("is kept") ==
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_crash_names_its_line) {
    const std::string message = judge_hostile("segmentation_fault").test(0)["message"];
    BOOST_TEST(message.find("hostile.cpp:") != std::string::npos, message);
}

BOOST_AUTO_TEST_CASE(output_is_kept_and_capped) {
    const std::string output = judge_hostile("prints_and_is_right").test(0)["output"];
    BOOST_TEST(output.starts_with("line 0\nline 1\n"));
    BOOST_TEST(output.find("50000 lines") != std::string::npos, output);
    BOOST_TEST(output.size() < 5000u);
}

// What is printed for the question that nobody is told of is not shown.
BOOST_AUTO_TEST_CASE(output_is_of_the_question_that_is_told) {
    const std::string output = judge_hostile("prints_its_first_number").test(0)["output"];
    BOOST_TEST(output == "1\n");
}

BOOST_AUTO_TEST_CASE(a_fork_bomb_leaves_nothing_behind) {
    judge_hostile("fork_bomb");
    BOOST_TEST(run_program({"pgrep", "-c", "-f", bin + "[w]orker00-hostile"}).output == "0\n");
}

BOOST_AUTO_TEST_CASE(who_borrows_has_refused_nothing) {
    const Judged judged = judge_hostile("borrows_from_the_table");
    for (const auto& test : judged.task(0)["tests"]) BOOST_TEST(test["status"].get<std::string>() == "failed");
}

BOOST_AUTO_TEST_CASE(a_bounds_check_is_no_refusal) {
    const Judged judged = judge_hostile("index_outside");
    const auto& refusal = judged.test(2);
    BOOST_TEST(refusal["name"].get<std::string>() == "nothing is refused");
    BOOST_TEST(refusal["status"].get<std::string>() == "failed");
    BOOST_TEST(refusal["message"].get<std::string>().find("your code ran into an index outside a tensor") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_the_library_did_is_not_linked) {
    const auto none = link_borrower({});
    BOOST_TEST(none.exit_code == 1);
    for (const std::string line :
         {"borrowing.cpp:9: error: kernels::relu_forward is the library's own work, and in lab 00 the work is yours",
          "borrowing.cpp:10: error: nn::operators is", "borrowing.cpp:11: error: nn::Dense::Dense is"})
        BOOST_TEST(none.output.find(line) != std::string::npos, none.output);
    const auto layers = link_borrower({"nn::"});
    BOOST_TEST(layers.exit_code == 1);
    BOOST_TEST(layers.output.find("nn::Dense") == std::string::npos, layers.output);
    BOOST_TEST(layers.output.find("nn::operators") != std::string::npos, layers.output);
    const auto without = link_borrower({"-nn::Dense", "nn::", "nn::operators", "kernels::relu_forward"});
    BOOST_TEST(without.output.find("nn::Dense") != std::string::npos, without.output);
    const auto all = link_borrower({"nn::", "nn::operators", "kernels::relu_forward"});
    BOOST_TEST(all.exit_code == 1);
    BOOST_TEST(all.output.find("borrowing.cpp:12: error: no task needs dlopen, which reaches what is not yours") !=
                   std::string::npos,
               all.output);
    BOOST_TEST(std::count(all.output.begin(), all.output.end(), '\n') == 1, all.output);
}

BOOST_AUTO_TEST_CASE(a_loop_is_a_loop_where_a_refusal_was_expected) {
    const Judged judged = judge_hostile("endless_loop");
    for (const auto& test : judged.task(0)["tests"]) BOOST_TEST(test["status"].get<std::string>() == "timed out");
}

BOOST_AUTO_TEST_CASE(a_worker_is_replaced_after_it_died) {
    const Judged judged = judge_hostile("exit_0");
    for (const auto& test : judged.task(0)["tests"]) BOOST_TEST(test["status"].get<std::string>() == "ended early");
    BOOST_TEST(judged.task(0)["tests"].size() == 4u);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(programs_that_are_no_workers)

// What a program does before its main(): where a worker would greet.
const std::vector<std::string> early{
    "early_exit", "early_silence", "early_lies",  "early_garbage",  "early_greeting", "early_answer", "early_length",
    "early_echo", "early_kill",    "early_flood", "early_gigabyte", "early_hang_up",  "early_excuse"};

BOOST_DATA_TEST_CASE(never_pass, boost::unit_test::data::make(early), behaviour) {
    setenv("CNN_HOSTILE", behaviour.c_str(), 1);
    const Judged judged = judge({"--worker", bin + "worker00-hostile", "--task", "0.2", "--start-deadline", "0.3"});
    BOOST_TEST(judged.exit_code == 1);
    for (const auto& test : judged.task(0)["tests"]) {
        BOOST_TEST(test["status"].get<std::string>() != "passed");
        BOOST_TEST(!test["message"].get<std::string>().empty());
    }
    BOOST_TEST(judged.task(0)["points"].get<int>() == 0);
}

BOOST_AUTO_TEST_CASE(missing_or_not_executable) {
    BOOST_TEST(judge({"--worker", "/nonexistent/worker"}).exit_code == 2);
    cnn::replace_file(CNN_BINARY_DIR "/no-program", "text");
    const auto told = run_program({"sh", "-c", "exec \"$@\" 2>&1", "sh", bin + "judge00", "--worker",
                                   CNN_BINARY_DIR "/no-program", "--task", "0.2"});
    BOOST_TEST(told.exit_code == 2);
    BOOST_TEST(told.output == CNN_BINARY_DIR "/no-program cannot be started: Permission denied\n");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(verdicts)

BOOST_AUTO_TEST_CASE(the_reference_passes_and_empty_tests_do_not) {
    const Judged judged = judge({});
    BOOST_TEST(judged.exit_code == 1);
    for (const std::size_t i : {0, 1, 2})
        BOOST_TEST(judged.task(i)["status"].get<std::string>() == "passed", judged.task(i).dump());
    for (const auto& test : judged.task(3)["tests"])
        BOOST_TEST(test["status"].get<std::string>() == "failed", test.dump());
    BOOST_TEST(judged.task(3)["tests"].size() == 4u);
    BOOST_TEST(judged.task(3)["points"].get<int>() == 0);
}

// Two mistakes give the same answer to one question; the other answers tell them apart.
BOOST_AUTO_TEST_CASE(mistakes_are_told_apart_by_all_answers) {
    const auto diagnosis = [](const std::string& mistake) {
        return judge({"--variant", "mistake:" + mistake, "--task", "0.2"})
            .report["tasks"][0]["tests"][0]["diagnosis"]
            .get<std::string>();
    };
    BOOST_TEST(diagnosis("zero_counts") == "zero is counted: it is not above zero.");
    BOOST_TEST(diagnosis("one_too_many") == "the count begins at one.");
}

// One wrong answer is that of a mistake, but a right one is not.
BOOST_AUTO_TEST_CASE(a_mistake_that_other_answers_refute_is_not_named) {
    setenv("CNN_HOSTILE", "one_too_many_of_two", 1);
    const Judged judged = judge({"--worker", bin + "worker00-hostile", "--task", "0.2"});
    const Json& tests = judged.task(0)["tests"];
    BOOST_TEST(tests[0]["status"].get<std::string>() == "passed");
    BOOST_TEST(tests[2]["status"].get<std::string>() == "failed");
    BOOST_TEST(tests[2]["diagnosis"].get<std::string>() != "the count begins at one.");
}

BOOST_AUTO_TEST_CASE(partial_credit_by_test) {
    const Judged judged = judge({"--variant", "mistake:added", "--task", "0.1"});
    BOOST_TEST(judged.task(0)["status"].get<std::string>() == "failed");
    BOOST_TEST(judged.task(0)["points"].get<int>() == 0);  // what it accepts is 1 of 4: but it accepts nothing
    const Judged zero = judge({"--variant", "mistake:zero_counts", "--task", "0.2"});
    BOOST_TEST(zero.task(0)["points"].get<int>() == 0);  // one test in three, of two points: rounded down
}

// One of two functions is written, and right: half of the points, and which is which.
BOOST_AUTO_TEST_CASE(a_half_written_task) {
    setenv("CNN_HOSTILE", "right", 1);
    const Judged judged = judge({"--worker", bin + "worker00-hostile", "--task", "0.5"});
    BOOST_TEST(judged.task(0)["status"].get<std::string>() == "failed");
    BOOST_TEST(judged.task(0)["points"].get<int>() == 2);
    const Json functions = judged.task(0)["functions"];
    BOOST_TEST(functions.at(0).at("name").get<std::string>() == "first_half");
    BOOST_TEST(functions.at(0).at("state").get<std::string>() == "right");
    BOOST_TEST(functions.at(1).at("state").get<std::string>() == "not written");
    BOOST_TEST(!judge({"--task", "0.5"}).task(0).contains("functions"));
}

BOOST_AUTO_TEST_CASE(every_field_of_the_report) {
    const Judged judged = judge({"--task", "0.2"});
    for (const char* field : {"lab", "title", "points", "max_points", "tasks"})
        BOOST_TEST(judged.report.contains(field), field);
    for (const char* field : {"task", "title", "points", "max_points", "status", "tests"})
        BOOST_TEST(judged.task(0).contains(field), field);
    for (const char* field : {"name", "status", "message", "diagnosis", "seconds"})
        BOOST_TEST(judged.test(0).contains(field), field);
    BOOST_TEST(judged.test(0)["name"].get<std::string>() == "one zero");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(speed)

struct Verdict {
    std::string status, message, diagnosis;
};
Verdict verdict_in_time(const Judged& judged) {
    const auto& test = judged.test(1);
    return {test["status"], test["message"], test["diagnosis"]};
}

BOOST_AUTO_TEST_CASE(the_reference_is_in_time) {
    for (int i = 0; i < 20; ++i) {
        const Judged judged = judge({"--task", "0.4"});
        BOOST_TEST(judged.exit_code == 0, judged.report.dump());
    }
}

// Told apart by how slow they are, and by the answers they give elsewhere.
BOOST_AUTO_TEST_CASE(what_is_slow_fails_and_is_named) {
    const Verdict thirty = verdict_in_time(judge({"--variant", "mistake:thirty_times", "--task", "0.4"}));
    BOOST_TEST(thirty.status == "failed");
    BOOST_TEST(thirty.message.find("The answer is right, but total takes") != std::string::npos, thirty.message);
    BOOST_TEST(thirty.diagnosis == "every number is added thirty times.");
    const Verdict hundred = verdict_in_time(judge({"--variant", "mistake:a_hundred_times", "--task", "0.4"}));
    BOOST_TEST(hundred.diagnosis == "every number is added a hundred times.");
    const Verdict odd = verdict_in_time(judge({"--variant", "mistake:odd_one_lost", "--task", "0.4"}));
    BOOST_TEST(odd.diagnosis == "an odd number of numbers loses one.");
}

BOOST_AUTO_TEST_CASE(fast_and_wrong_is_wrong) {
    setenv("CNN_HOSTILE", "wrong_when_fast", 1);
    const Verdict wrong = verdict_in_time(judge({"--worker", bin + "worker00-hostile", "--task", "0.4"}));
    BOOST_TEST(wrong.status == "failed");
    BOOST_TEST(wrong.message.find("Built for speed") != std::string::npos, wrong.message);
}

// The judge asks what was not asked before, and reads the kernel's clock.
BOOST_AUTO_TEST_CASE(remembered_answers_are_not_fast) {
    setenv("CNN_HOSTILE", "remembers_by_content", 1);
    const Verdict slow = verdict_in_time(judge({"--worker", bin + "worker00-hostile", "--task", "0.4"}));
    BOOST_TEST(slow.status == "failed", slow.message);
    BOOST_TEST(slow.message.find("The answer is right, but total takes") != std::string::npos, slow.message);
}

// Time spent in other threads is time spent.
BOOST_AUTO_TEST_CASE(other_threads_count) {
    setenv("CNN_HOSTILE", "works_in_a_thread", 1);
    const Verdict slow = verdict_in_time(judge({"--worker", bin + "worker00-hostile", "--task", "0.4"}));
    BOOST_TEST(slow.status == "failed", slow.message);
}

BOOST_AUTO_TEST_CASE(a_crash_is_a_crash) {
    setenv("CNN_HOSTILE", "abort", 1);
    const Verdict crash = verdict_in_time(judge({"--worker", bin + "worker00-hostile", "--task", "0.4"}));
    BOOST_TEST(crash.status == "crashed", crash.message);
}

BOOST_AUTO_TEST_SUITE_END()
