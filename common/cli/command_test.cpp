// The verbs, run in a tree with scripts in the place of compiler and judge.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "cli/command_line.hpp"
#include "cli/fake_tree.hpp"
#include "cli/judge.hpp"

using namespace cnn::cli;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Like BOOST_TEST(has(…)), showing the text when it fails.
void contains(const std::string& text, const std::string& part) {
    BOOST_TEST(has(text, part), "«" << part << "» is not in:\n" << text);
}
void lacks(const std::string& text, const std::string& part) {
    BOOST_TEST(!has(text, part), "«" << part << "» is in:\n" << text);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(a_command)

BOOST_AUTO_TEST_CASE(the_map_of_a_fresh_tree) {
    const FakeTree tree;
    const Said said = tree.lab({});
    BOOST_TEST(said.code == 0);
    contains(said.out, "0 of 2 labs · 0 of 6 points");
    contains(said.out, "  Features by hand\n   01 sobel        ░░░░░░░░░░   0/1\n");
    contains(said.out, "Next: lab 01, Edges.");
    contains(said.out, "./lab start 1");
}

BOOST_AUTO_TEST_CASE(a_wrong_answer) {
    const FakeTree tree;
    const Said said = tree.lab({"check", "4"});
    BOOST_TEST(said.code == 1);
    contains(said.out, "  4.1  The size of a feature map   2/2\n");
    contains(said.out, "  4.4  Channels, filters           1/3   2 of 3 tests fail\n");
    contains(said.out,
             "  4.4  several channels\n      x [2, 3, 7, 5]   w [4, 3, 3, 3]\n      118 of 120 values differ.\n");
    contains(said.out, "      → This is what you get when only the last channel is kept.\n");
    contains(said.out, "| here");
    lacks(said.out, "x [1, 1, 9, 9]");  // one story of a kind
    contains(said.out, "3 of 5 points.   Stuck?  ./lab hint 4.4");
    const Said map = tree.lab({});
    contains(map.out, "3/5   4.4 fails\n");
    contains(map.out, "skipped");
    contains(map.out, "\n\n  On loan: conv2d_forward (4.4).\n\nNext: ");
    contains(map.out, "Next: task 4.4, Channels, filters.   labs/04-convolution/convolution.cpp:2");
}

BOOST_AUTO_TEST_CASE(a_right_answer) {
    const FakeTree tree;
    tree.submit("passed");
    const Said said = tree.lab({"check", "convolution"});
    BOOST_TEST(said.code == 0);
    contains(said.out, "5 of 5 points.");
    contains(tree.lab({}).out, "1 of 2 labs · 5 of 6 points");
    contains(tree.lab({}).out, "Networks run on your conv2d_forward.\n");
    tree.submit("passed\n// a thought");
    contains(tree.lab({}).out, "5/5   edited since the last check");
}

BOOST_AUTO_TEST_CASE(the_map_lends_what_does_not_pass_as_the_file_is) {
    const FakeTree tree;
    tree.submit("passed");
    tree.lab({"check", "4"});
    contains(tree.lab({}).out, "Networks run on your conv2d_forward.\n");
    tree.submit("passed\n// a thought");
    contains(tree.lab({}).out, "  On loan: conv2d_forward (4.4).\n");
    tree.write("labs/04-convolution/convolution.cpp", "#error\n");
    tree.lab({"check", "4"});
    contains(tree.lab({}).out, "  On loan: conv2d_forward (4.4).\n");
}

// Lab 09 teaches a faster convolution, and something of its own.
BOOST_AUTO_TEST_CASE(an_operator_is_named_once_and_not_before_its_lab) {
    const FakeTree tree;
    tree.write("labs/09-fast/tasks.json", R"({"lab": "09", "slug": "fast", "title": "Fast", "part": "Layers",
 "max_points": 1, "tasks": [{"task": "9.3", "title": "Fast", "points": 1}]})");
    tree.write("labs/09-fast/fast.cpp", "");
    tree.write("labs/09-fast/operators.cpp", "{{\"conv2d_forward\", \"9.3\", install}, {\"later\", \"9.3\", install}}");
    tree.lab({"check", "4"});
    contains(tree.lab({}).out, "\n  On loan: conv2d_forward (4.4).\n");
    tree.submit("passed");
    tree.lab({"check", "4"});
    contains(tree.lab({}).out, "\n  Networks run on your conv2d_forward. On loan: later (9.3).\n");
    const std::string print = fingerprint("");
    tree.write(".lab/progress.json", R"({"current": "09", "labs": {"09": {"tasks": {"9.3": {"status": "passed",
 "points": 1, "fingerprint": ")" + print +
                                         "\"}}}}}");
    contains(tree.lab({}).out, "\n  Networks run on your conv2d_forward, later.\n");
}

BOOST_AUTO_TEST_CASE(the_json_is_exactly_as_promised) {
    const FakeTree tree;
    const Said said = tree.lab({"check", "4", "--json"});
    BOOST_TEST(said.code == 1);
    BOOST_TEST(said.err == "");
    const auto json = nlohmann::ordered_json::parse(said.out);
    const auto keys = [](const nlohmann::ordered_json& object) {
        std::string names;
        for (const auto& [key, value] : object.items()) names += key + " ";
        return names;
    };
    BOOST_TEST(keys(json) == "lab title points max_points tasks ");
    BOOST_TEST(keys(json["tasks"][1]) == "task title points max_points status tests ");
    BOOST_TEST(keys(json["tasks"][1]["tests"][0]) == "name status message diagnosis seconds ");
    BOOST_TEST(json["points"] == 3);
    BOOST_TEST(json["tasks"][1]["tests"][0]["status"] == "failed");
}

BOOST_AUTO_TEST_CASE(a_file_that_does_not_compile_leaves_the_last_verdict) {
    const FakeTree tree;
    tree.lab({"check", "4"});
    tree.write("labs/04-convolution/convolution.cpp", "int a;\n#error\n");
    const Said said = tree.lab({"check", "4"});
    BOOST_TEST(said.code == 3);
    BOOST_TEST(said.out ==
               "labs/04-convolution/convolution.cpp:2:2: error: #error was met\n"
               "04 convolution was not judged. Your last verdict stands: 3 of 5 points.\n");
    contains(tree.lab({}).out, "3/5   does not compile");
    const Said json = tree.lab({"check", "4", "--json"});
    BOOST_TEST(json.code == 3);
    BOOST_TEST(nlohmann::json::parse(json.out)["tasks"][0]["status"] == "does not compile");
    BOOST_TEST(nlohmann::json::parse(json.out)["points"] == 0);
    contains(nlohmann::json::parse(json.out)["compiler"].get<std::string>(), "#error was met");
    tree.lab({"check", "4", "--junit", tree.file("j.xml").string(), "--gradescope", tree.file("g.json").string()});
    contains(tree.read("j.xml"), "#error was met");
    contains(nlohmann::json::parse(tree.read("g.json"))["output"].get<std::string>(), "#error was met");
}

BOOST_AUTO_TEST_CASE(a_function_that_is_not_there_is_explained) {
    const FakeTree tree;
    tree.write("labs/04-convolution/convolution.cpp", "// not defined\n");
    const Said said = tree.lab({"check", "4"});
    BOOST_TEST(said.code == 3);
    contains(said.out,
             "convolution.hpp promises conv2d_forward, and the file does not define it with the same arguments");
}

BOOST_AUTO_TEST_CASE(the_linker_and_a_strange_header_are_explained) {
    const FakeTree tree;
    const auto labs = all_labs(tree.tree());
    const Lab lab = choose(labs, "4").lab;
    const std::string words = compiler_words(tree.tree(), lab,
                                             "exercises.cpp:function cnn::grader::lab(): error: undefined reference to "
                                             "'cnn::lab04::conv2d_forward(cnn::Tensor)'\n"
                                             "exercises.cpp:function cnn::grader::lab(): error: undefined reference to "
                                             "'cnn::lab04::conv2d_forward(cnn::Tensor)'\n");
    contains(words, "convolution.hpp promises conv2d_forward, and the file");
    BOOST_TEST(words.find("promises") == words.rfind("promises"));
    const Lab other = labs.at(labs.at(0).number == "04" ? 1 : 0);
    contains(compiler_words(tree.tree(), lab,
                            "a.cpp:1:10: fatal error: " + other.slug + ".hpp: No such file or directory\n"),
             other.slug + ".hpp is the contract of lab " + other.number);
}

// No evidence is never a pass: whatever the judge does but say "passed" and mean it.
BOOST_DATA_TEST_CASE(a_judge_that_cannot_be_believed,
                     boost::unit_test::data::make({"dies", "is silent", "says nothing of a pass",
                                                   "says nothing of a failure", "speaks garbage", "cannot work",
                                                   "has no tasks", "speaks of another lab",
                                                   "has not heard of this verdict"}),
                     verdict) {
    const FakeTree tree;
    tree.submit(verdict);
    for (const std::vector<std::string>& words : {std::vector<std::string>{"check", "4"}, {"check", "4", "--json"}}) {
        const Said said = tree.lab(words);
        BOOST_TEST(said.code == 2);
        if (words.back() == "--json")
            BOOST_TEST(nlohmann::json::parse(said.out).at("points") == 0);
        else
            BOOST_TEST(said.out == "");
        BOOST_TEST(said.err != "");
    }
    contains(tree.lab({}).out, "0 of 2 labs · 0 of 6 points");
}

BOOST_AUTO_TEST_CASE(another_file_is_judged_and_nothing_is_recorded) {
    const FakeTree tree;
    tree.write("labs/04-convolution/convolution.cpp", "#error\n");
    tree.write("somebody's.cpp", "// judge: passed\n");
    const Said said = tree.lab({"check", "4", "--file", tree.file("somebody's.cpp").string()});
    BOOST_TEST(said.code == 0);
    contains(said.out, "5 of 5 points for");
    contains(tree.lab({}).out, "0 of 6 points");
    tree.write("worse.cpp", "#error\n");
    const Said worse = tree.lab({"check", "4", "--file", tree.file("worse.cpp").string()});
    BOOST_TEST(worse.code == 3);
    contains(worse.out, "worse.cpp:1:2: error");
    BOOST_TEST(tree.lab({"check", "4", "--file", "nowhere.cpp"}).code == 2);
    BOOST_TEST(tree.lab({"check", "4", "--file", tree.file("labs").string()}).code == 2);
    BOOST_TEST(tree.lab({"check", "--file", tree.file("somebody's.cpp").string()}).code == 2);
}

BOOST_AUTO_TEST_CASE(a_report_that_cannot_be_written_keeps_no_verdict_back) {
    const FakeTree tree;
    const Said said = tree.lab({"check", "4", "--gradescope", tree.file("labs").string()});
    BOOST_TEST(said.code == 2);
    contains(said.err, "labs: cannot be written");
    contains(said.out, "3 of 5 points");
}

BOOST_AUTO_TEST_CASE(reports_for_other_programs) {
    const FakeTree tree;
    BOOST_TEST(tree.lab({"check", "4", "--junit", tree.file("out/j.xml").string(), "--gradescope",
                         tree.file("g.json").string()})
                   .code == 1);
    contains(tree.read("out/j.xml"), "<testsuites name=\"04 Convolution\" tests=\"4\" failures=\"2\">");
    contains(tree.read("out/j.xml"), "name=\"4.4 several channels\"");
    const auto json = nlohmann::json::parse(tree.read("g.json"));
    BOOST_TEST(json["score"] == 3);
    BOOST_TEST(json["tests"][1]["max_score"] == 3);
    BOOST_TEST(json["tests"][1]["status"] == "failed");
}

BOOST_AUTO_TEST_CASE(hints_one_after_the_other) {
    const FakeTree tree;
    contains(tree.lab({"hint", "4.4"}).out, "Hint 1 of 3.  How many numbers?\n");
    contains(tree.lab({"hint", "4.4"}).out, "Hint 2 of 3.  Add them.\n");
    const Said last = tree.lab({"hint", "4.4"});
    contains(last.out, "Hint 3 of 3.  So:\n");
    contains(last.out, "    sum += x;\n");
    contains(last.out, "--give-up");
    BOOST_TEST(tree.lab({"hint", "4.4"}).out == last.out);
    contains(tree.lab({"hint", "4.4", "--tier", "1"}).out, "Hint 1 of 3.");
    BOOST_TEST(tree.lab({"hint", "4.4", "--tier", "4"}).code == 2);
    BOOST_TEST(tree.lab({"hint", "4.1"}).code == 2);  // none written
}

BOOST_AUTO_TEST_CASE(no_hint_is_spent_of_a_lab_the_learner_is_not_in) {
    const FakeTree tree;
    const auto spent = [&] { return has(tree.read(".lab/progress.json"), "\": 1"); };
    const Said lost = tree.lab({"hint"});
    BOOST_TEST(lost.code == 2);
    contains(lost.err, "Name a task: ./lab hint 1.1. No lab was named, and 01 sobel, which is next, is not begun");
    BOOST_TEST(!spent());
    tree.lab({"start", "4"});
    tree.lab({"check", "4"});
    const Said said = tree.lab({"hint"});
    BOOST_TEST(said.code == 0, said.err);
    contains(said.err, "No lab was named: 04 convolution is where you are.\n");
    contains(said.out, "Hint 1 of 3.");
    BOOST_TEST(spent());
    tree.submit("passed");
    tree.lab({"check", "4"});
    BOOST_TEST(tree.lab({"hint"}).code == 2);  // lab 01 is next
    contains(tree.lab({"check"}).err, "No lab was named: 01 sobel is next.\n");
    contains(tree.lab({"start"}).err, "No lab was named: 01 sobel is next.\n");
}

BOOST_AUTO_TEST_CASE(curves_of_several_runs_have_a_place_of_their_own) {
    const FakeTree tree;
    const std::string log = "epoch,train loss\n1,0.5\n2,0.25\n";
    tree.write("runs/a/log.csv", log);
    tree.write("runs/b/log.csv", log);
    const std::string a = tree.file("runs/a").string(), b = tree.file("runs/b").string();
    const Said said = tree.lab({"plot", a, b});
    contains(said.out + said.err, "runs/compared/");
    BOOST_TEST(!std::filesystem::exists("curves.gp"));
    tree.write("runs/c/other.txt", "");
    const Said none = tree.lab({"plot", tree.file("runs/c").string()});
    BOOST_TEST(none.code == 1);
    contains(none.err, "runs/c");
    lacks(none.err, "--terminal");
}

BOOST_AUTO_TEST_CASE(a_reset_keeps_what_was_written) {
    const FakeTree tree;
    const std::string mine = tree.read("labs/04-convolution/convolution.cpp");
    const Said said = tree.lab({"reset", "4"});
    BOOST_TEST(said.code == 0);
    BOOST_TEST(tree.read("labs/04-convolution/convolution.cpp") == "// the skeleton\n// judge: not started\n");
    const std::size_t at = said.out.find(".lab/backup/04-convolution-");
    BOOST_REQUIRE(at != std::string::npos);
    BOOST_TEST(tree.read(said.out.substr(at, said.out.find(".cpp", at) + 4 - at)) == mine);
    contains(tree.lab({"reset", "4"}).out, "is the skeleton already");
    tree.write("labs/04-convolution/convolution.cpp", "again");
    BOOST_TEST(tree.lab({"reset", "4"}).code == 0);
    const auto backups = std::filesystem::directory_iterator(tree.file(".lab/backup"));
    BOOST_TEST(std::distance(begin(backups), end(backups)) == 2);  // also within one second
}

BOOST_AUTO_TEST_CASE(a_reset_forgets_the_verdict_of_the_old_file) {
    const FakeTree tree;
    tree.lab({"start", "4"});
    tree.lab({"check", "4"});
    contains(tree.lab({}).out, "3/5   4.4 fails\n");
    tree.lab({"reset", "4"});
    contains(tree.lab({}).out, "0/5   not started\n");
    contains(tree.lab({}).out, "0 of 2 labs · 0 of 6 points");
    contains(tree.lab({}).out, "Next: task 4.1, The size of a feature map.");
}

BOOST_AUTO_TEST_CASE(a_start_and_the_next_lab) {
    const FakeTree tree;
    const Said said = tree.lab({"start", "4"});
    BOOST_TEST(said.code == 0);
    contains(said.out, "Read    labs/04-convolution/README.md");
    contains(said.out, "First   4.1, The size of a feature map");
    // `check` without a lab goes on with the one last started.
    contains(tree.lab({"check"}).out, "04 convolution");
}

BOOST_AUTO_TEST_CASE(errors_name_the_remedy) {
    const FakeTree tree;
    const auto error = [&](std::vector<std::string> words) {
        const Said said = tree.lab(std::move(words));
        BOOST_TEST(said.code == 2);
        BOOST_TEST(said.out == "");
        return said.err;
    };
    BOOST_TEST(error({"check", "44"}) == "There is no lab 44; the labs are 01, 04. ./lab shows the map.\n");
    BOOST_TEST(error({"check", "4.9"}) == "There is no task 4.9 in lab 04 convolution; its tasks are 4.1 to 4.4.\n");
    BOOST_TEST(error({"chekc"}) == "There is no verb chekc. Did you mean ./lab check? ./lab --help lists them.\n");
    contains(error({"check", "--jsn"}), "./lab check --help shows an example.");
    contains(error({"run", "4", "--epochs", "3"}), "go after --");
    contains(error({"reset"}), "./lab reset --help");
    contains(error({"reset", "4.4"}), "./lab reset 4");
    contains(error({"check", "4", "--watch", "--json"}), "--watch");
    std::filesystem::remove(tree.file("labs/04-convolution/convolution.cpp"));
    contains(error({"check", "4"}), "./lab reset 4");
    contains(tree.lab({}).out, "convolution.cpp is missing: ./lab reset 4");
}

BOOST_AUTO_TEST_CASE(options_that_contradict_each_other_are_refused) {
    const FakeTree tree;
    tree.write("runs/a/log.csv", "");
    const std::string run = tree.file("runs/a").string();
    const auto refused = [&](std::vector<std::string> words, const std::string& one, const std::string& other) {
        const Said said = tree.lab(std::move(words));
        BOOST_TEST(said.code == 2);
        BOOST_TEST(said.out == "");
        contains(said.err, one);
        contains(said.err, other);
    };
    refused({"run", "4", "--mine", "--reference"}, "--mine", "--reference");
    refused({"run", "4", "--reference", "--mine"}, "--mine", "--reference");
    refused({"call", "4.f", "x.npy", "--reference", "--kernels"}, "--reference", "--kernels");
    refused({"call", "--kernels", "--mine", "4.f", "x.npy"}, "--mine", "--kernels");
    refused({"plot", run, "--terminal", "--output", "k.png"}, "--terminal", "--output");
    refused({"plot", run, "--output", "c.pdf"}, "c.pdf", "as .png and .svg, not as .pdf");
    BOOST_TEST(tree.read("ran") == "(missing)");
}

BOOST_AUTO_TEST_CASE(a_range_is_told_in_a_few_digits) {
    const FakeTree tree;
    const Said said = tree.lab({"hint", "4.4", "--tier", "0"});
    BOOST_TEST(said.code == 2);
    contains(said.err, "--tier");
    BOOST_TEST(said.err.size() < 100u, said.err);
}

BOOST_AUTO_TEST_CASE(help_shows_an_example) {
    const FakeTree tree;
    for (const std::string verb : {"start", "check", "hint", "solution", "reset", "run", "call", "plot", "bench",
                                   "data", "doctor", "demo", "test", "verify"}) {
        const Said said = tree.lab({verb, "--help"});
        BOOST_TEST(said.code == 0);
        contains(said.out, "./lab " + verb);
    }
}

BOOST_AUTO_TEST_CASE(a_damaged_progress_file_is_kept_aside) {
    const FakeTree tree;
    tree.lab({"check", "4"});
    tree.write(".lab/progress.json", "{\"labs\": [");
    const Said said = tree.lab({});
    BOOST_TEST(said.code == 0);
    contains(said.err, ".lab/progress.json: damaged, so it is kept as progress.json.bad");
    BOOST_TEST(tree.read(".lab/progress.json.bad") == "{\"labs\": [");
    BOOST_TEST(tree.lab({}).err == "");
}

BOOST_AUTO_TEST_SUITE_END()
