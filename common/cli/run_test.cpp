// The verbs that start a lab's program or open its solution.
#include <boost/test/unit_test.hpp>

#include "cli/fake_tree.hpp"

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
    BOOST_TEST(tree.read("ran").starts_with("lab04 photo.png --own-operators"));
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
    const FakeTree other;
    other.write("solutions/04-convolution/convolution.cpp", "the reference\n");
    other.submit("passed");
    other.lab({"check", "4"});
    BOOST_TEST(other.lab({"solution", "4"}).code == 0);
    BOOST_TEST(other.read(".lab/progress.json").find("gave_up") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
