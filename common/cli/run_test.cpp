// The verbs that start a lab's program or open its solution.
#include <boost/test/unit_test.hpp>

#include "cli/fake_tree.hpp"
#include "cli/files.hpp"

using namespace cnn::cli;

BOOST_AUTO_TEST_SUITE(running)

BOOST_AUTO_TEST_CASE(the_reference_runs_until_the_lab_has_passed) {
    const FakeTree tree;
    const Said said = tree.lab({"run", "4", "--", "--epochs", "3"});
    BOOST_TEST(said.code == 0);
    BOOST_TEST(tree.read("ran") == "lab04-reference --epochs 3\n");
    BOOST_TEST(said.err.find("Running the reference") != std::string::npos);
    tree.submit("passed");
    BOOST_TEST(tree.lab({"check", "4"}).code == 0);
    BOOST_TEST(tree.lab({"run", "4"}).code == 0);
    BOOST_TEST(tree.read("ran") == "lab04 \n");
    BOOST_TEST(tree.lab({"run", "4", "--mine", "--", "photo.png"}).code == 0);
    // Before the learner's words, of which one may be a word of the program's own.
    BOOST_TEST(tree.read("ran").starts_with("lab04 --own-operators "));
    BOOST_TEST(tree.read("ran").ends_with(" photo.png\n"));
}

BOOST_AUTO_TEST_CASE(own_operators_are_those_that_pass_as_the_files_are_now) {
    const FakeTree tree;
    tree.submit("passed");
    const std::string mine = (tree.tree().build / "mine").string();
    const Said said = tree.lab({"run", "4", "--mine"});
    BOOST_TEST(said.err.find("04 convolution was judged first: 5 of 5 points.") != std::string::npos);
    BOOST_TEST(tree.read("ran") == "lab04 --own-operators " + mine + " --passed 4.1,4.4\n");
    tree.submit("failed");
    BOOST_TEST(tree.lab({"run", "4", "--mine"}).code == 0);
    BOOST_TEST(tree.read("ran") == "lab04 --own-operators " + mine + " --passed 4.1\n");
}

namespace {

// A lab 10 beside the others: 10.1 and 10.5 pass where the learner's file says so.
void add_lab_10(const FakeTree& tree) {
    tree.write("labs/10-lenet/tasks.json", R"({"lab": "10", "slug": "lenet", "title": "LeNet", "part": "Networks",
 "max_points": 3, "tasks": [{"task": "10.1", "title": "Maps", "points": 1}, {"task": "10.4", "title": "1998", "points": 1},
 {"task": "10.5", "title": "Today", "points": 1}]})");
    tree.write("labs/10-lenet/main.cpp", "");
    tree.write("build/build.ninja", tree.read("build/build.ninja") + R"(
build labs/CMakeFiles/worker10.dir/lenet.cpp.o: compile ../labs/10-lenet/lenet.cpp
build bin/worker10: link labs/CMakeFiles/worker10.dir/lenet.cpp.o
build worker10: phony bin/worker10
build bin/judge10: judge
build judge10: phony bin/judge10
build bin/lab10: program labs/CMakeFiles/worker10.dir/lenet.cpp.o
build lab10: phony bin/lab10
build bin/lab10-reference: program
build lab10-reference: phony bin/lab10-reference
)");
}

// The learner's file of lab 10, in which these tasks and no others pass.
void submit_lab_10(const FakeTree& tree, const std::string& passing) {
    std::string tasks;
    int points = 0;
    for (const std::string task : {"10.1", "10.4", "10.5"}) {
        const bool passed = passing.find(task) != std::string::npos;
        const std::string status = passed ? "passed" : "not started";
        points += passed;
        tasks += (tasks.empty() ? "" : ",") + ("{\"task\": \"" + task) +
                 "\", \"title\": \"\", \"points\": " + (passed ? "1" : "0") + ", \"max_points\": 1, \"status\": \"" +
                 status + "\", \"tests\": []}";
    }
    tree.write("reports/lenet " + passing + ".json",
               "{\"lab\": \"10\", \"title\": \"LeNet\", \"points\": " + std::to_string(points) +
                   ", \"max_points\": 3, \"seconds\": 0, \"tasks\": [" + tasks + "]}");
    tree.write("labs/10-lenet/lenet.cpp", "// judge: lenet " + passing + "\n");
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_network_is_lent_until_the_task_that_builds_it_has_passed) {
    const FakeTree tree;
    add_lab_10(tree);
    const auto run = [&](std::vector<std::string> options = {}) {
        std::vector<std::string> words{"run", "10", "--mine", "--"};
        words.insert(words.end(), options.begin(), options.end());
        const Said said = tree.lab(words);
        BOOST_TEST(said.code == 0, said.err);
        return said.err;
    };
    submit_lab_10(tree, "10.1");
    BOOST_TEST(run().find("Task 10.5 has not passed: the network is on loan, too, and runs on your operators.") !=
               std::string::npos);
    BOOST_TEST(tree.read("ran").starts_with("lab10-reference --own-operators "));
    submit_lab_10(tree, "10.1 10.5");  // edited and not checked: judged first
    BOOST_TEST(run().find("10 lenet was judged first: 2 of 3 points.") != std::string::npos);
    BOOST_TEST(tree.read("ran").starts_with("lab10 --own-operators "));
    run({"--net", "1998"});  // that is built in another task
    BOOST_TEST(tree.read("ran").starts_with("lab10-reference --own-operators "));
    BOOST_TEST(tree.read("ran").ends_with(" --net 1998\n"));
    submit_lab_10(tree, "10.4");
    run({"--net", "1998"});
    BOOST_TEST(tree.read("ran").starts_with("lab10 --own-operators "));
    BOOST_TEST(tree.read("ran").ends_with(" --net 1998\n"));
}

// One's own network is described, right or wrong: the mistake is to be found there.
BOOST_AUTO_TEST_CASE(ones_own_network_is_described_before_its_task_has_passed) {
    const FakeTree tree;
    add_lab_10(tree);
    submit_lab_10(tree, "10.1");
    const Said said = tree.lab({"run", "10", "--mine", "--", "--describe"});
    BOOST_TEST(said.code == 0);
    BOOST_TEST(tree.read("ran") == "lab10 --describe\n");
    BOOST_TEST(said.err.find("judged") == std::string::npos, said.err);
}

BOOST_AUTO_TEST_CASE(what_later_labs_teach_is_not_judged_for_a_network_that_lacks_it) {
    const FakeTree tree;
    add_lab_10(tree);
    submit_lab_10(tree, "10.5");
    tree.write("labs/14-googlenet/tasks.json", R"({"lab": "14", "slug": "googlenet", "title": "G", "part": "N",
 "max_points": 1, "tasks": [{"task": "14.1", "title": "M", "points": 1}]})");
    tree.write("labs/14-googlenet/operators.cpp", "{{\"split_channels\", \"14.1\", install}}");
    tree.write("labs/14-googlenet/googlenet.cpp", "// edited\n");
    tree.write(".lab/progress.json", R"({"current": "10", "labs": {"14": {"tasks": {"14.1": {"status": "passed",
 "points": 1, "fingerprint": ")" + fingerprint("// edited\n") +
                                         "\"}}}}}");
    const Said said = tree.lab({"run", "10", "--mine"});
    BOOST_TEST(said.code == 0, said.err);
    BOOST_TEST(said.err.find("14 googlenet") == std::string::npos, said.err);
    BOOST_TEST(tree.read("ran").find("14.1") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_help_of_a_program_is_shown_by_one_that_is_here) {
    const FakeTree tree;
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"run", "4", "--help"}, {"run", "4", "--", "--help"}, {"run", "--mine", "4", "-h"}}) {
        const Said said = tree.lab(words);
        BOOST_TEST(said.code == 0, said.err);
        BOOST_TEST(tree.read("ran") == "lab04-reference --help\n");
        BOOST_TEST(said.out.starts_with("./lab run 4 [--mine | --reference] [-- OPTIONS"), said.out);
        BOOST_TEST(tree.read("build/bin/lab04") == "(missing)");
        tree.write("ran", "");
    }
    tree.write("build/bin/lab04", "#!/bin/sh\necho own > \"$(dirname \"$0\")/../../ran\"\n");
    std::filesystem::permissions(tree.file("build/bin/lab04"), std::filesystem::perms::owner_all);
    tree.lab({"run", "4", "--help"});
    BOOST_TEST(tree.read("ran") == "own\n");
    BOOST_TEST(tree.lab({"run", "--help"}).out.find("--mine") != std::string::npos);
    BOOST_TEST(tree.lab({"run"}).code == 2);
}

BOOST_AUTO_TEST_CASE(what_passed_counts_no_more_once_the_file_is_the_skeleton_again) {
    const FakeTree tree;
    add_lab_10(tree);
    submit_lab_10(tree, "10.5");
    BOOST_TEST(tree.lab({"run", "10", "--mine"}).code == 0);
    BOOST_TEST(tree.read("ran").starts_with("lab10 --own-operators "));
    tree.write("labs/10-lenet/lenet.cpp", "todo(\"10.1\"); todo(\"10.4\"); todo(\"10.5\");\n");
    BOOST_TEST(tree.lab({"run", "10", "--mine"}).code == 0);
    BOOST_TEST(tree.read("ran").starts_with("lab10-reference --own-operators "));
}

BOOST_AUTO_TEST_CASE(a_file_that_does_not_compile_is_not_run) {
    const FakeTree tree;
    tree.write("labs/04-convolution/convolution.cpp", "#error\n");
    const Said said = tree.lab({"run", "4", "--mine"});
    BOOST_TEST(said.code == 3);
    BOOST_TEST(said.out.find("./lab run 4 --reference runs the finished one.") != std::string::npos);
    BOOST_TEST(tree.read("ran") == "(missing)");
}

BOOST_AUTO_TEST_CASE(a_lab_without_a_program) {
    const FakeTree tree;
    BOOST_TEST(tree.lab({"run", "1"}).err == "01 sobel has no program to run.\n");
}

BOOST_AUTO_TEST_CASE(bench_hands_on_what_it_is_told) {
    const FakeTree tree;
    const std::string told = "lab-bench train --net lenet5 --help\n";
    tree.lab({"bench", "train", "--net", "lenet5", "--help"});
    BOOST_TEST(tree.read("ran") == told);
    tree.lab({"bench", "--", "train", "--net", "lenet5", "--help"});
    BOOST_TEST(tree.read("ran") == told);
}

BOOST_AUTO_TEST_CASE(the_solution_opens_when_the_lab_has_passed_or_on_purpose) {
    const FakeTree tree;
    tree.write("solutions/04-convolution/convolution.cpp", "the reference\n");
    BOOST_TEST(tree.lab({"solution", "4"}).code == 1);
    BOOST_TEST(tree.lab({"solution", "4"}).out == "");
    BOOST_TEST(tree.lab({"solution", "4", "--give-up"}).out == "the reference\n");
    BOOST_TEST(tree.read(".lab/progress.json").find("\"gave_up\": true") != std::string::npos);
    BOOST_TEST(tree.lab({"solution", "4"}).code == 0);  // it has been seen
    BOOST_TEST(tree.lab({"solution", "4", "--diff"}).out.find("+the reference") != std::string::npos);
    tree.write("labs/04-convolution/convolution.cpp",
               "int f() {\n    // TODO 1. Add,\n    //         twice.\n    todo();\n");
    tree.write("solutions/04-convolution/convolution.cpp",
               "int f() {\n    // TODO 1. Add,\n    //         three times.\n    // A reason.\n    sum();\n");
    BOOST_TEST(tree.lab({"solution", "4", "--diff"}).out ==
               "--- yours\n+++ reference\n@@ -1,2 +1,3 @@\n int f() {\n-    todo();\n+    // A reason.\n+    sum();\n");
    const FakeTree other;
    other.write("solutions/04-convolution/convolution.cpp", "the reference\n");
    other.submit("passed");
    other.lab({"check", "4"});
    BOOST_TEST(other.lab({"solution", "4"}).code == 0);
    BOOST_TEST(other.read(".lab/progress.json").find("gave_up") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
