// The parts below the verbs: hints, reports, Ninja's output, progress, names.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/command_line.hpp"
#include "cli/files.hpp"
#include "cli/hints.hpp"
#include "cli/judge.hpp"
#include "cli/ninja.hpp"
#include "cli/other_file.hpp"
#include "cli/process.hpp"
#include "cli/progress.hpp"
#include "cli/render.hpp"
#include "cli/test_counts.hpp"
#include "tensor/error.hpp"
#include "tensor/file.hpp"
#include "terminal/text.hpp"

using namespace cnn::cli;

BOOST_AUTO_TEST_SUITE(hints)

BOOST_AUTO_TEST_CASE(tiers_with_lists_and_code) {
    const Hints hints = parse_hints(
        "# Hints\n1. not a hint\n\n## 4.1\n1. One\n   line.\n\n   - a list\n2. Two:\n   1. inside\n   ```cpp\n   1. "
        "code\n"
        "       deeper\n   ```\n3. Three\n## 4.10 A title\n1. Ten\r\n## 4.2\n");
    BOOST_TEST(hints.size() == 3u);
    const auto& tiers = hints.at("4.1");
    BOOST_REQUIRE(tiers.size() == 3u);
    BOOST_TEST(tiers[0] == "One\nline.\n\n- a list");
    BOOST_TEST(tiers[1] == "Two:\n1. inside\n```cpp\n1. code\n    deeper\n```");
    BOOST_TEST(tiers[2] == "Three");
    BOOST_TEST(hints.at("4.10").at(0) == "Ten");
    BOOST_TEST(hints.at("4.2").empty());
    BOOST_TEST(parse_hints("").empty());
}

BOOST_AUTO_TEST_CASE(a_hint_is_filled_and_code_is_not) {
    BOOST_TEST(render_hint("one two\nthree four\n\nfive\n```cpp\na  b;\n```\nend", 9) ==
               "one two\nthree\nfour\n\nfive\n    a  b;\nend");
    BOOST_TEST(render_hint("- a\n- b c", 20) == "- a\n- b c");
    BOOST_TEST(render_hint("", 20) == "");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(ninja_reader)

BOOST_AUTO_TEST_CASE(failures_and_their_words) {
    NinjaReader reader;
    reader.read("ninja: Entering directory `build'");
    BOOST_TEST(reader.read("\x1e"
                           "12/43\x1e"
                           "Building CXX object") == "12 of 43");
    reader.read("FAILED: a/worker04.dir/x.cpp.o ");
    reader.read("/usr/bin/c++ -c x.cpp");
    reader.read("x.cpp:1:1: error: no");
    reader.read("  1 | no");
    BOOST_TEST(reader.read("\x1e"
                           "13/43\x1e"
                           "Linking") == "13 of 43");
    reader.read("FAILED: [code=1] bin/y ");
    reader.read("ld x.o");
    reader.read("ld: no");
    reader.read("ninja: build stopped: subcommand failed.");
    const Build build = std::move(reader).build();
    BOOST_TEST(build.worked);
    BOOST_REQUIRE(build.failures.size() == 2u);
    BOOST_TEST(build.failures[0].output == "a/worker04.dir/x.cpp.o");
    BOOST_TEST(build.failures[0].words == "x.cpp:1:1: error: no\n  1 | no\n");
    BOOST_TEST(build.failures[1].output == "bin/y");
    BOOST_TEST(build.failures[1].words == "ld: no\n");
    BOOST_TEST(build.rest == "ninja: build stopped: subcommand failed.\n");
}

BOOST_AUTO_TEST_CASE(a_failure_in_colours) {
    NinjaReader reader;
    reader.read("\x1b[31mFAILED: \x1b[0mbin/worker04 ");
    reader.read("c++ -c x.cpp");
    reader.read("x.cpp:1: \x1b[01;31m\x1b[Kerror\x1b[m\x1b[K");
    const Build build = std::move(reader).build();
    BOOST_REQUIRE(build.failures.size() == 1u);
    BOOST_TEST(build.failures[0].output == "bin/worker04");
    BOOST_TEST(without_escapes(build.failures[0].words) == "x.cpp:1: error\n");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(words)

BOOST_AUTO_TEST_CASE(a_command_line_is_split_as_a_shell_does) {
    const std::vector<std::string> expected{"c++", "-DX=\"a b\"", "-o", "a b/c.o", "", "it's"};
    BOOST_TEST(split_words("c++ -DX=\\\"a\\ b\\\"  -o 'a b'/c.o \"\" \"it's\"") == expected,
               boost::test_tools::per_element());
    BOOST_TEST(split_words(quoted(expected)) == expected, boost::test_tools::per_element());
    BOOST_TEST(split_words("").empty());
}

BOOST_AUTO_TEST_CASE(the_nearest_verb) {
    const std::vector<std::string> verbs{"check", "hint", "run", "plot", "data", "doctor"};
    BOOST_TEST(nearest("chcek", verbs) == "check");
    BOOST_TEST(nearest("hnt", verbs) == "hint");
    BOOST_TEST(nearest("doc", verbs) == "doctor");
    BOOST_TEST(nearest("zzzzzz", verbs) == "");
}

BOOST_AUTO_TEST_CASE(the_line_of_a_definition) {
    const std::string source =
        "// f(x) is here\nint f(int);\nint g(int a) {\n    return f(a);\n}\nint my_f(int) { }\nint f(int a) {\n";
    BOOST_TEST(line_of(source, "f") == 7);
    BOOST_TEST(line_of(source, "g") == 3);
    BOOST_TEST(line_of(source, "h") == 0);
}

BOOST_AUTO_TEST_CASE(paragraphs) {
    BOOST_TEST(fill("one two three", 9, 2, 4) == "  one two\n    three\n");
    BOOST_TEST(fill("x [1, 2]   w [3]", 12, 0, 2) == "x [1, 2]\n  w [3]\n");
    BOOST_TEST(fill("x [1, 2]   w [3]", 20, 1, 2) == " x [1, 2]   w [3]\n");
    BOOST_TEST(fill("", 20, 1, 2) == " \n");
    BOOST_TEST(fill("averylongword x", 5, 0, 0) == "averylongword\nx\n");
}

// A task that fails for another's sake says whose; not for one that is not started, which may be nobody's.
BOOST_AUTO_TEST_CASE(what_a_failing_task_builds_on) {
    Report report{.lab = "09", .title = "", .points = 0, .max_points = 6};
    report.tasks = {{"9.1", "One", 0, 2, "passed", {{"a", "passed"}}},
                    {"9.2", "Two", 0, 2, "not started", {{"a", "not started"}}},
                    {"9.3", "Three", 0, 2, "crashed", {{"a", "crashed"}}},
                    {"9.4", "Four", 0, 2, "failed", {{"a", "failed"}, {"b", "passed"}}}};
    const auto row = [&](const std::vector<std::string>& ground) {
        report.tasks.back().builds_on = ground;
        const std::string text = render_report(report, "fast", {{.unicode = true, .width = 100}});
        const std::size_t at = text.find("  9.4  Four");
        return text.substr(at, text.find('\n', at) - at);
    };
    BOOST_TEST(row({}) == "  9.4  Four    0/2   1 of 2 tests fail");
    BOOST_TEST(row({"9.1", "9.2"}) == row({}));
    BOOST_TEST(row({"9.1", "9.3"}) == "  9.4  Four    0/2   1 of 2 tests fail; it builds on 9.3: correct that first");
}

// At 80 columns the terminal would break the row in the middle of a word.
BOOST_AUTO_TEST_CASE(a_row_is_no_wider_than_the_window) {
    Report report{"09", "Fast", 0, 2, 0.1};
    report.tasks = {{"9.1", "A title as long as the longest of them all", 0, 1, "failed", {{"a", "failed"}}},
                    {"9.2", "Two", 0, 1, "failed", {{"a", "failed"}}, {"9.1"}}};
    for (const int width : {60, 80, 100}) {
        const std::string text = render_report(report, "fast", {{.unicode = true, .width = width}});
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);)
            BOOST_TEST(cnn::terminal::display_width(line) <= width, line);
        if (width > 60) BOOST_TEST(text.find("it builds on 9.1: correct that first") != std::string::npos, text);
    }
}

BOOST_AUTO_TEST_CASE(a_short_term_stays_on_one_line) {
    BOOST_TEST(fill("the row i - 1 above", 11, 0, 0) == "the row\ni - 1 above\n");
    BOOST_TEST(fill("is a list - of", 9, 0, 0) == "is a\nlist - of\n");
    BOOST_TEST(fill("aaaaaaaaaaaaaaaa + bbbbbbbbbbbbbbbbb", 20, 0, 0) == "aaaaaaaaaaaaaaaa +\nbbbbbbbbbbbbbbbbb\n");
}

BOOST_AUTO_TEST_CASE(a_wrong_number_is_told_before_a_missing_refusal) {
    Report report{"12", "AlexNet", 0, 1, 0.1};
    report.tasks = {{"12.4",
                     "Crops",
                     0,
                     1,
                     "failed",
                     {{"refuses", "failed", "f(0)\nAn exception was expected: these arguments do not fit together."},
                      {"corners", "failed", "3 of 4 values differ."},
                      {"mirror", "failed", "1 of 4 values differs."}}}};
    const std::string text = render_report(report, "alexnet", {{.unicode = true, .width = 100}});
    BOOST_TEST(text.find("3 of 4 values differ.") != std::string::npos, text);
    BOOST_TEST(text.find("An exception was expected") == std::string::npos, text);
    BOOST_TEST(text.find("      Also failing: refuses, mirror.   ./lab check 12.4 --debug tells of each.\n") !=
                   std::string::npos,
               text);
    report.tasks[0].tests.resize(1);
    BOOST_TEST(render_report(report, "alexnet", {{.unicode = true, .width = 100}}).find("An exception") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_parts_of_a_half_written_task) {
    Report report{"04", "Convolution", 1, 2, 0.1};
    report.tasks.push_back({"4.6", "Sobel", 1, 2, "failed", {{"filters", "passed"}, {"magnitude", "not started"}}});
    report.tasks.back().functions = {
        {"sobel_filters", "right"}, {"other", "not reached"}, {"sobel_magnitude", "not written"}};
    const std::string text = render_report(report, "convolution", {{.unicode = true, .width = 80}});
    BOOST_TEST(
        text.find("1/2   1 of 2 tests fail\n       sobel_filters is right; sobel_magnitude is not written yet.\n") !=
            std::string::npos,
        text);
}

BOOST_AUTO_TEST_CASE(what_learners_print_is_shown_and_not_obeyed) {
    BOOST_TEST(harmless("a\x1b[2Jb\r\n\tµ\x7f") == "a?[2Jb?\n\tµ?");
}

BOOST_AUTO_TEST_CASE(a_flood_of_output_is_cut) {
    Report report{"04", "Convolution", 0, 1, 0.1};
    TestResult test{"prints", "failed"};
    for (int i = 0; i < 51200; ++i) test.output += "line " + std::to_string(i) + "\n";
    report.tasks.push_back({"4.1", "Size", 0, 1, "failed", {test}});
    const std::string text = render_report(report, "convolution", {{.unicode = true, .width = 80}});
    BOOST_TEST(std::count(text.begin(), text.end(), '\n') < 35);
    BOOST_TEST(text.find("(the first 25 of 51,200 lines)") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(compiler)

BOOST_AUTO_TEST_CASE(errors_stand_alone_where_there_are_any) {
    const Tree tree{"/book", "/book/build"};
    const Lab lab{"04", "convolution", "Convolution", "", 16, {}};
    const std::string warning =
        "/book/labs/a.cpp: In function ‘int f()’:\n/book/labs/a.cpp:1:2: warning: unused\n    1 | int y;\n";
    const std::string error =
        "/book/labs/a.cpp: In function ‘int g()’:\n/book/labs/a.cpp:9:3: error: expected ‘;’\n    9 | int z\n";
    const std::string shown =
        "labs/a.cpp: In function ‘int g()’:\nlabs/a.cpp:9:3: error: expected ‘;’\n    9 | int z\n";
    BOOST_TEST(compiler_words(tree, lab, warning + error + warning) == shown);
    BOOST_TEST(compiler_words(tree, lab, warning).find("warning: unused") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_the_compiler_quotes_is_shown_and_not_obeyed) {
    const Tree tree{"/book", "/book/build"};
    const Lab lab{"04", "convolution", "Convolution", "", 16, {}};
    BOOST_TEST(compiler_words(tree, lab, "a.cpp:1:2: error: \x1b[31mred\n    1 | \x1b]0;title\x07\r\n") ==
               "a.cpp:1:2: error: red\n    1 | ?]0;title??\n");
    const std::string cut = compiler_words(tree, lab, "    1 | " + std::string(3000, 'x') + "\n    2 | µ\n");
    BOOST_TEST(cut.starts_with("    1 | xxx"));
    BOOST_TEST(cut.ends_with("xxx…\n    2 | µ\n"));
    BOOST_TEST(cut.size() < 420u);
    // Signs that take no column.
    BOOST_TEST(compiler_words(tree, lab, std::string(3000, '\t') + "\n").size() < 2000u);
}

BOOST_AUTO_TEST_CASE(what_was_read_is_told_as_make_has_it) {
    const std::vector<std::string> expected{"a b.cpp", "c$d#.hpp", "e\\f", "/g.hpp"};
    BOOST_TEST(prerequisites("x: a\\ b.cpp c$$d\\#.hpp \\\n e\\f /g.hpp\n") == expected,
               boost::test_tools::per_element());
    BOOST_TEST(prerequisites("x:\n").empty());
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(reports)

BOOST_AUTO_TEST_CASE(junit_escapes_what_xml_forbids) {
    Report report{"04", "A < B & C", 0, 1, 0.1};
    report.tasks.push_back({"4.1", "Size", 0, 1, "failed", {{"a \"b\"", "failed", "x\x01 < y", "", 0.5, "\x1b[31m"}}});
    report.tasks.push_back({"4.2", "Other", 0, 1, "not started", {}});
    const std::string xml = to_junit(report);
    BOOST_TEST(xml.find("A &lt; B &amp; C") != std::string::npos);
    BOOST_TEST(xml.find("a &quot;b&quot;") != std::string::npos);
    BOOST_TEST(xml.find("x? &lt; y") != std::string::npos);
    BOOST_TEST(xml.find('\x1b') == std::string::npos);
    BOOST_TEST(xml.find("tests=\"2\" failures=\"2\"") != std::string::npos);  // a task without tests is no pass
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_text_still_make_json) {
    Report report{"04", "t", 0, 1, 0};
    report.tasks.push_back({"4.1", "Size", 0, 1, "failed", {{"a", "failed", "\xff\xfe", "", 0, ""}}});
    BOOST_TEST(nlohmann::json::accept(to_json(report)));
    BOOST_TEST(nlohmann::json::accept(to_gradescope(report)));
}

BOOST_AUTO_TEST_CASE(no_evidence_is_no_pass) {
    BOOST_TEST(!Report{}.passed());
    BOOST_CHECK_THROW(parse_report("{}"), CannotWork);
    BOOST_CHECK_THROW(parse_report(""), CannotWork);
    BOOST_CHECK_THROW(parse_report("[1, 2"), CannotWork);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(progress)

namespace {
const std::vector<Lab> labs{{"01", "a", "A", "", 2, {{"1.1", "", 1}, {"1.2", "", 1}}},
                            {"02", "b", "B", "", 1, {{"2.1", "", 1}}},
                            {"03", "c", "C", "", 1, {{"3.1", "", 1}}}};
}

BOOST_AUTO_TEST_CASE(it_is_what_it_was_after_writing_and_reading) {
    Progress progress;
    record(progress, {"01", "A", 1, 2, 0, {{"1.1", "", 1, 1, "passed"}, {"1.2", "", 0, 1, "crashed"}}}, "f00");
    progress.hints["1.2"] = 2;
    progress.labs["02"].gave_up = true;
    const Progress again = parse_progress(to_json(progress));
    BOOST_TEST(to_json(again) == to_json(progress));
    BOOST_TEST(again.points(labs[0]) == 1);
    BOOST_TEST(again.task(labs[0], "1.2")->status == "crashed");
    BOOST_TEST(again.lab("02").gave_up);
    BOOST_TEST(again.passed_tasks(labs) == std::vector<std::string>{"1.1"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(one_task_checked_alone_leaves_the_others) {
    Progress progress;
    record(progress, {"01", "A", 1, 2, 0, {{"1.1", "", 1, 1, "passed"}, {"1.2", "", 0, 1, "failed"}}}, "old");
    record(progress, {"01", "A", 1, 1, 0, {{"1.2", "", 1, 1, "passed"}}}, "new");
    BOOST_TEST(progress.complete(labs[0]));
    BOOST_TEST(progress.task(labs[0], "1.1")->fingerprint == "old");
}

BOOST_AUTO_TEST_CASE(points_are_never_more_than_the_lab_gives) {
    Progress progress;
    progress.labs["02"].tasks["2.1"] = {"passed", 1000};
    BOOST_TEST(progress.points(labs[1]) == 1);
}

BOOST_AUTO_TEST_CASE(the_lab_to_go_on_with) {
    Progress progress;
    BOOST_TEST(next_lab(labs, progress)->number == "01");
    progress.current = "02";
    BOOST_TEST(next_lab(labs, progress)->number == "02");
    progress.labs["02"].tasks["2.1"] = {"passed", 1};
    BOOST_TEST(next_lab(labs, progress)->number == "03");
    progress.labs["03"].tasks["3.1"] = {"passed", 1};
    BOOST_TEST(next_lab(labs, progress)->number == "01");
    progress.labs["01"].tasks = {{"1.1", {"passed", 1}}, {"1.2", {"passed", 1}}};
    BOOST_TEST(next_lab(labs, progress) == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(locks)

BOOST_AUTO_TEST_CASE(why_no_lock_can_be_made_is_told) {
    const cnn::TemporaryFolder temporary;
    cnn::replace_file(temporary.path() / "file", "not a folder");
    try {
        const FileLock lock(temporary.path() / "file/lock");
        BOOST_ERROR("a lock below a file");
    } catch (const cnn::DataError& error) {
        const std::string told = error.what();
        BOOST_TEST(told.ends_with("/file/lock: cannot be written (Not a directory). Is the folder yours?"), told);
    }
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(test_counts)

BOOST_AUTO_TEST_CASE(a_summary_stands_alone_on_its_line) {
    BOOST_TEST(read_summary("12 passed, 3 failed")->failed == 3);
    BOOST_TEST(!read_summary("labs: 12 passed, 3 failed"));
    BOOST_TEST(!read_summary("12 passed, 3 failed."));
}

BOOST_AUTO_TEST_CASE(no_evidence_is_a_failure) {
    const std::string good =
        "<TestResult><TestSuite test_cases_passed=\"3\" test_cases_passed_with_warnings=\"1\" "
        "test_cases_failed=\"0\"/>";
    BOOST_TEST(count_tests(good, 0).passed == 4);
    BOOST_TEST(count_tests(good, 0).failed == 0);
    BOOST_TEST(count_tests(good, 201).failed == 1);  // said that all is well, and did not end well
    BOOST_TEST(count_tests("", 0).failed == 1);
    BOOST_TEST(count_tests("", 139).failed == 1);
    BOOST_TEST(count_tests("<TestSuite test_cases_passed=\"0\" test_cases_failed=\"0\"/>", 0).failed == 1);
}

BOOST_AUTO_TEST_SUITE_END()
